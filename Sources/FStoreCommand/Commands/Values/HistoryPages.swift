internal import FStore

/// A history of any length, read in pages.
struct HistoryPages {
    private static let pageEntries = 2000

    let store: FeatureStore
    let feature: Feature
    let entity: EntityID
    var from: Timestamp?
    var through: Timestamp?
    var knownAt: Timestamp?

    /// Calls `body` with each page, between two reads.
    func forEachPage(_ body: ([HistoryEntry]) throws -> Void) throws {
        var cursor: HistoryCursor?
        repeat {
            let page = try store.history(
                of: feature.handle,
                for: entity,
                from: from ?? .earliest,
                through: through ?? .last,
                knownAt: knownAt,
                limit: Self.pageEntries,
                cursor: cursor
            )
            try body(page.entries)
            cursor = page.next
        } while cursor != nil
    }

    /// Calls `body` with each entry, oldest first.
    func forEach(_ body: (HistoryEntry) throws -> Void) throws {
        try forEachPage { entries in try entries.forEach(body) }
    }
}
