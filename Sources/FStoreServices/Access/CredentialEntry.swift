package import FStoreIdentity
internal import Synchronization

/// A key or session as the gate knows it: whom it stands for and what is left of its limits. Lives as long as the
/// credential does, so that its limits outlast a reload of the table.
package final class CredentialEntry: Sendable {
    package let principal: Principal
    /// When it ends, in nanoseconds since 1970; `nil` never.
    package let expires: Int64?
    package let quota: Quota
    /// `nil` without a limit.
    private let reads: RateMeter?
    private let writes: RateMeter?
    /// Of operations that have a limit of their own, by their positions in the table.
    private let ofOperations: OperationMeters
    private let isRevokedFlag = Atomic<Bool>(false)
    private let lastUsed = Atomic<Int64>(0)

    /// - Parameter other: counts against the same limits, as all sessions of a user do.
    package init(principal: Principal, expires: Int64?, quota: Quota, sharing other: CredentialEntry? = nil) {
        self.principal = principal
        self.expires = expires
        self.quota = quota
        if let other {
            reads = other.reads
            writes = other.writes
            ofOperations = other.ofOperations
            return
        }
        ofOperations = OperationMeters()
        switch quota {
        case .standard:
            reads = RateMeter(limit: Quota.documentedReads, policy: .rate(.read))
            writes = RateMeter(limit: Quota.documentedWrites, policy: .rate(.write))
        case .perMinute(let limit):
            reads = RateMeter(limit: limit, policy: .rate(.read))
            writes = RateMeter(limit: limit, policy: .rate(.write))
        case .unlimited:
            reads = nil
            writes = nil
        }
    }

    /// Whether it opens anything at `now`, in nanoseconds since 1970.
    package func isValid(at now: Int64) -> Bool {
        if isRevokedFlag.load(ordering: .relaxed) { return false }
        guard let expires, now >= expires else { return true }
        // For good: a clock that steps back must not open it again.
        revoke()
        return false
    }

    /// The limit that a request of this class counts against; `nil` when there is none.
    func meter(_ rate: RateClass) -> RateMeter? {
        switch rate {
        case .read: reads
        case .write: writes
        case .exempt: nil
        }
    }

    /// The limit of an operation that has one of its own; `nil` for a credential without limits.
    func meter(ofOperation operation: Int, limit: Int) -> RateMeter? {
        if quota == .unlimited { return nil }
        return ofOperations.meter(operation, limit: limit)
    }

    /// Ends it for every connection that remembers it.
    func revoke() { isRevokedFlag.store(true, ordering: .relaxed) }

    /// Notes a use. To the second, so that a busy key does not make its cache line travel.
    package func use(at now: Int64) {
        let second = now / 1_000_000_000
        if lastUsed.load(ordering: .relaxed) != second { lastUsed.store(second, ordering: .relaxed) }
    }

    /// The second of its last use since 1970; 0 when it was not used since the server started.
    var lastUsedSecond: Int64 { lastUsed.load(ordering: .relaxed) }
}

/// The meters of operations that have a limit of their own, made when they are first needed.
private final class OperationMeters: Sendable {
    private let meters = Mutex<[Int: RateMeter]>([:])

    func meter(_ operation: Int, limit: Int) -> RateMeter {
        meters.withLock { meters in
            if let known = meters[operation], known.limit == limit { return known }
            let meter = RateMeter(limit: limit, policy: .operation)
            meters[operation] = meter
            return meter
        }
    }
}
