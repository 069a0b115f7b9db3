internal import FStoreIdentity
internal import Synchronization

/// What the server as a whole does at the moment. The gate asks it for every request, so that a state closes both paths
/// at once.
package final class ServerState: Sendable {
    /// Why the server takes no such request now, for the answer.
    package struct Closure: Hashable, Sendable {
        /// A sentence for people, without a full stop.
        package let message: String
        package let retryAfterSeconds: Int

        package init(message: String, retryAfterSeconds: Int) {
            self.message = message
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    private let isDrainingFlag = Atomic<Bool>(false)
    /// Whether ``maintenance`` says anything: one look at memory for each request instead of a lock.
    private let isInMaintenance = Atomic<Bool>(false)
    private let maintenance = Mutex<Closure?>(nil)

    package init() {}

    /// Set when the server has been told to stop. Requests that come are still answered, each as the last of its
    /// connection.
    package func startDraining() { isDrainingFlag.store(true, ordering: .relaxed) }

    package var isDraining: Bool { isDrainingFlag.load(ordering: .relaxed) }

    /// Closes the server for writes of everybody but operators, or opens it again with `nil`. Reads go on.
    package func setMaintenance(_ closure: Closure?) {
        maintenance.withLock { $0 = closure }
        isInMaintenance.store(closure != nil, ordering: .releasing)
    }

    /// What maintenance says; `nil` when there is none.
    var closure: Closure? { maintenance.withLock { $0 } }

    /// What closes the server for a request of this kind and role; `nil` when it is open.
    func closure(for rule: AccessRule, role: Role?) -> Closure? {
        guard rule.pausesInMaintenance, role != .operator, isInMaintenance.load(ordering: .acquiring) else {
            return nil
        }
        return closure
    }
}
