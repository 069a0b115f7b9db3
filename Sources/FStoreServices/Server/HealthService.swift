package import FStore

/// How the server is.
package struct HealthService: Sendable {
    private let store: FeatureStore
    private let state: ServerState
    private let time: TimeSource
    private let startedAt: UInt64

    package init(store: FeatureStore, state: ServerState, time: TimeSource) {
        self.store = store
        self.state = state
        self.time = time
        startedAt = time.monotonic()
    }

    package enum Condition: String, CaseIterable, Sendable {
        case healthy, unhealthy, draining
        /// Reads are answered; of writes, those of operators.
        case maintenance

        /// Whether requests are welcome. Maintenance leaves reads, so that a balancer must not take the server away.
        package var isServing: Bool { self == .healthy || self == .maintenance }
    }

    package struct Report: Sendable {
        package let condition: Condition
        /// A sentence for people, without a full stop.
        package let reason: String
    }

    /// Since the server started.
    package var uptimeSeconds: Int { Int((time.monotonic() - startedAt) / 1_000_000_000) }

    /// Reads once from the store: a server that cannot read is not well. Nor is one that is known not to take writes.
    package func report() -> Report {
        if state.isDraining { return Report(condition: .draining, reason: "the server is stopping") }
        do throws(ReadError) {
            _ = try store.lastCommitTime()
            if let obstacle = store.writeObstacle() {
                return Report(condition: .unhealthy, reason: obstacle.description)
            }
            if let closure = state.closure { return Report(condition: .maintenance, reason: closure.message) }
            return Report(condition: .healthy, reason: "the store can be read")
        } catch {
            return Report(condition: .unhealthy, reason: "the store cannot be read")
        }
    }
}
