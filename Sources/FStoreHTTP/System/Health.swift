internal import FStore
internal import Synchronization

/// What the server knows of its own state.
final class Health: Sendable {
    /// The version of the program.
    static let version = "0.1.0"

    private let store: FeatureStore
    private let startedAt: UInt64
    private let isDrainingFlag = Atomic<Bool>(false)

    init(store: FeatureStore) {
        self.store = store
        startedAt = Clock.monotonicNanoseconds()
    }

    struct State {
        let status: Int
        let name: String
        let reason: String
    }

    /// Set when the server has been told to stop.
    func startDraining() { isDrainingFlag.store(true, ordering: .relaxed) }

    var isDraining: Bool { isDrainingFlag.load(ordering: .relaxed) }

    var uptimeSeconds: Int { Int((Clock.monotonicNanoseconds() - startedAt) / 1_000_000_000) }

    /// Reads once from the store: a server that cannot read is not well.
    func state() -> State {
        if isDraining { return State(status: 503, name: "draining", reason: "the server is stopping") }
        do throws(ReadError) {
            _ = try store.lastCommitTime()
            return State(status: 200, name: "healthy", reason: "the store can be read")
        } catch {
            return State(status: 503, name: "unhealthy", reason: "the store cannot be read")
        }
    }
}
