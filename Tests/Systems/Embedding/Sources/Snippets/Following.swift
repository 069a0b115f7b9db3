import FStore

/// Two readers of changes beside a writer; both end with what the program has written.
func follow(_ flights: Flights) async throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    let following = Task { try await followChanges(store) }
    let feed = try store.changes()
    var cache = [jfk: 10.4]
    try await store.put(.float64(12.1), of: speed, for: jfk, at: .now())
    pollChanges(feed, &cache)
    precondition(cache.isEmpty)
    feed.cancel()
    following.cancel()
    try await following.value
}

private func followChanges(_ store: FeatureStore) async throws {
    // snippet: changes
    let feed = try store.changes(ChangeFilter(space: 0))
    for await change in feed {
        switch change {
        case .value(let value): print("\(value.entity) has a new value at \(value.eventTime)")
        case .gap(let after): print("changes after \(after ?? .earliest) are lost: read again")
        default: break  // features that were defined, changed, deleted; entities that were erased
        }
    }
    // end
}

private func pollChanges(_ feed: ChangeFeed, _ cache: inout [EntityID: Double]) {
    // snippet: poll-changes
    for change in feed.poll(limit: 1000) {
        switch change {
        case .value(let value): cache[value.entity] = nil
        default: cache = [:]
        }
    }
    feed.whenAvailable { /* tell the event loop to poll again */  }
    // end
}
