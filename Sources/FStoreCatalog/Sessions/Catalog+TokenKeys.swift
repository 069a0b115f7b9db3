internal import GRDB

/// A key that signs access tokens, sealed.
package struct SealedTokenKey: Sendable, Hashable {
    /// What tokens name it by.
    package let id: String
    package let sealed: [UInt8]
    package let created: UnixNanoseconds

    /// What the bytes of a key are sealed for.
    package static func context(_ id: String) -> String { "token_key/\(id)" }
}

extension Catalog {
    /// The keys that sign access tokens, the newest first: it signs, the one behind it is still accepted.
    package func tokenKeys() async throws(CatalogError) -> [SealedTokenKey] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT * FROM token_keys ORDER BY created DESC, id DESC")
            return rows.map { row in
                SealedTokenKey(id: row["id"], sealed: (row["sealed"] as Blob).bytes, created: row["created"])
            }
        }
    }

    /// Adds a key in front of the others, of which one is kept.
    ///
    /// - Parameters:
    ///   - last: the newest key that the caller knows; nothing is added when there is a newer one.
    ///   - seal: makes the key's bytes, sealed for this id.
    package func addTokenKey(
        behind last: String?,
        by actor: AuditActor,
        seal: @escaping @Sendable (_ id: String) -> [UInt8]
    ) async throws(CatalogError) {
        let now = clock.now()
        try await change(by: actor) { database, trail in
            let newest = "SELECT id FROM token_keys ORDER BY created DESC, id DESC LIMIT 1"
            guard try String.fetchOne(database, sql: newest) == last else { return }
            let id = RecordID.make("tok", at: now)
            try database.execute(
                sql: "INSERT INTO token_keys (id, sealed, created) VALUES (?, ?, ?)",
                arguments: [id, Blob(seal(id)), now]
            )
            try database.execute(
                sql: """
                    DELETE FROM token_keys WHERE id NOT IN
                        (SELECT id FROM token_keys ORDER BY created DESC, id DESC LIMIT 2)
                    """
            )
            // The first key, and one in the place of a key that is lost, change nothing for anybody.
            if actor != .server { try trail.note(.tokenKeyRotate, id) }
        }
    }
}
