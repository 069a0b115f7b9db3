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
            return
        }
        switch quota {
        case .standard:
            reads = RateMeter(limit: Quota.documentedReads)
            writes = RateMeter(limit: Quota.documentedWrites)
        case .perMinute(let limit):
            reads = RateMeter(limit: limit)
            writes = RateMeter(limit: limit)
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
