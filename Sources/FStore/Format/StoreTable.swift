internal import FStoreLMDB

/// The tables of the values file, by the names they have in it.
enum StoreTable: String, CaseIterable {
    case meta
    case features
    case history
    case latest
}

/// The opened tables.
struct StoreTables: Equatable, Sendable {
    let meta: Table
    let features: Table
    let history: Table
    let latest: Table

    /// Where a read transaction has the tables that it searches.
    static var historySlot: Int { 0 }
    static var latestSlot: Int { 1 }

    var searchedTables: [(name: String, table: Table)] {
        [(StoreTable.history.rawValue, history), (StoreTable.latest.rawValue, latest)]
    }

    subscript(table: StoreTable) -> Table {
        switch table {
        case .meta: meta
        case .features: features
        case .history: history
        case .latest: latest
        }
    }

    init(_ tables: [Table]) {
        precondition(tables.count == StoreTable.allCases.count, "one table for each name")
        (meta, features, history, latest) = (tables[0], tables[1], tables[2], tables[3])
    }
}
