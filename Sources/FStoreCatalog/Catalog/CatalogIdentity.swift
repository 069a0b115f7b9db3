internal import GRDB

/// Who a catalog is, and how far it has come.
package struct CatalogIdentity: Hashable, Sendable {
    /// 16 bytes, drawn when the catalog was made. A backup of it has the same.
    package let bytes: [UInt8]
    /// Whether a file of values carries this identity, so that neither may be used without the other.
    package let isBound: Bool
    /// The highest number that an organization has had.
    package let organizations: UInt32
}

extension Catalog {
    /// Who this catalog is.
    package func identity() async throws(CatalogError) -> CatalogIdentity {
        try await read { database in
            let sql = """
                SELECT identity, is_bound,
                    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'organizations'), 0) AS organizations
                FROM this_catalog
                """
            guard let row = try Row.fetchOne(database, sql: sql) else {
                throw CatalogError.storage("it has no identity")
            }
            return CatalogIdentity(
                bytes: (row["identity"] as Blob).bytes,
                isBound: row["is_bound"],
                organizations: row["organizations"]
            )
        }
    }

    /// Notes that the values beside this catalog carry its identity, and gives no organization a number up to `space`:
    /// values lie there already.
    package func bind(above space: UInt32) async throws(CatalogError) {
        try await write { database in
            try database.execute(sql: "UPDATE this_catalog SET is_bound = 1")
            // A row for the table comes with its first organization, whose number is always 1.
            let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'organizations'"
            try database.execute(sql: sql, arguments: [space])
        }
    }
}
