import FStoreLMDB

@testable import FStore

/// The four tables in a file of their own, without a store around them: for tests of single entries.
struct RawTables {
    let environment: Environment
    let tables: StoreTables

    init(directory: String) throws {
        environment = try Environment(
            directory: directory,
            name: FeatureStore.fileName,
            options: EnvironmentOptions(mapSize: 1 << 26, maxReaders: 16, durability: .full, isReadOnly: false)
        )
        let opened = try environment.openTables(StoreTable.allCases.map(\.rawValue), create: true)
        tables = StoreTables(opened ?? [])
    }

    func table(_ name: StoreTable) -> Table {
        switch name {
        case .meta: tables.meta
        case .features: tables.features
        case .history: tables.history
        case .latest: tables.latest
        }
    }

    /// Runs `body` in a transaction and commits it.
    func write(_ body: (borrowing WriteTransaction) throws -> Void) throws {
        let transaction = try WriteTransaction(in: environment)
        try body(transaction)
        try transaction.commit()
    }

    /// The bytes under `key`.
    func value(_ key: [UInt8], in name: StoreTable) throws -> [UInt8]? {
        let transaction = try ReadTransaction(in: environment, tables: [])
        guard let value = try transaction.value(forKey: key.span.raw, in: table(name)) else { return nil }
        return value.copied
    }

    /// Every entry of a table, in its order.
    func entries(of name: StoreTable) throws -> [(key: [UInt8], value: [UInt8])] {
        let transaction = try ReadTransaction(in: environment, tables: [])
        let cursor = try OwnedCursor(over: table(name), in: transaction)
        var entries: [(key: [UInt8], value: [UInt8])] = []
        var found = try cursor.walk.first()
        while let entry = found {
            entries.append((entry.key.copied, entry.value.copied))
            found = try cursor.walk.next()
        }
        return entries
    }
}
