package import FStoreIdentity
internal import Synchronization

/// The limits that single operations have beside those of their classes: some by their definition, others because an
/// operator has set them. Each credential has the limit for itself.
package final class OperationLimits: Sendable {
    /// An operation as limits know it.
    package struct Operation: Sendable {
        package let id: String
        package let rule: AccessRule

        package init(id: String, rule: AccessRule) {
            self.id = id
            self.rule = rule
        }
    }

    private struct State {
        var operations: [Operation] = []
        var set: [String: Quota] = [:]
        var byPosition: [Int: Quota] = [:]
    }

    private let state = Mutex(State())
    /// Bit `n` is set when an operation whose position is `n` modulo 64 has a limit that was set: nearly always one
    /// look at memory for each request instead of a lock.
    private let marks = Atomic<UInt64>(0)

    package init() {}

    /// Tells which operations there are. A server does so before it serves.
    package func register(_ operations: [Operation]) {
        state.withLock { state in
            state.operations = operations
            arrange(&state)
        }
    }

    /// All operations, in the order of the table.
    var operations: [Operation] { state.withLock { $0.operations } }

    /// What was set, by the ids of operations.
    var set: [String: Quota] { state.withLock { $0.set } }

    /// Puts these limits in the place of all that were set.
    func replace(with limits: [String: Quota]) {
        state.withLock { state in
            state.set = limits
            arrange(&state)
        }
    }

    private func arrange(_ state: inout State) {
        state.byPosition = [:]
        var marks: UInt64 = 0
        for operation in state.operations {
            guard let quota = state.set[operation.id] else { continue }
            state.byPosition[operation.rule.operation] = quota
            marks |= Self.mark(operation.rule)
        }
        self.marks.store(marks, ordering: .releasing)
    }

    private static func mark(_ rule: AccessRule) -> UInt64 { 1 << UInt64(rule.operation & 63) }

    /// Requests a minute that a credential may make of the operation of this rule; `nil` when it has no limit of its
    /// own.
    func limit(of rule: AccessRule) -> Int? {
        guard marks.load(ordering: .acquiring) & Self.mark(rule) != 0 else { return rule.ownLimit }
        return switch state.withLock({ $0.byPosition[rule.operation] }) {
        case .perMinute(let limit): limit
        case .unlimited: nil
        case .standard, nil: rule.ownLimit
        }
    }
}
