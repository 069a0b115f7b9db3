internal import GRDB

/// The tables, as a sequence of steps. The number of steps taken is in the file's header.
///
/// A step is never changed after a release: a new one is added behind it.
enum Schema {
    /// Marks the file as a catalog of FStore: `FSto` in ASCII.
    static let applicationID: Int64 = 0x4653_746F

    private static let steps = [step001, step002, step003, step004, step005, step006, step007]

    /// The version of the tables that this program writes.
    static var version: Int { steps.count }

    /// Takes the steps that the file has not seen, all in the transaction that is open. Of two processes that come
    /// at once, one takes them and the other sees them taken.
    static func migrate(_ database: Database, file: String) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let marked = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard marked == applicationID || marked == 0 && found == 0 && tables == 0 else {
            throw CatalogError.notACatalog(file: file)
        }
        guard (0...version).contains(found) else {
            throw CatalogError.newerFormat(found: found, supported: version)
        }
        guard found < version else { return }
        for step in steps[found...] { try database.execute(sql: step) }
        // Pragmas take no arguments; both are numbers of this program.
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }
}
