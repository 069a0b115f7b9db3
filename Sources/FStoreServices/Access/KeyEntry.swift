package import FStoreCatalog
internal import Synchronization

/// A key as the gate knows it: whom it stands for and what is left of its limits. Lives as long as the key does, so
/// that its limits outlast a reload of the table.
package final class KeyEntry: Sendable {
    package let principal: Principal
    /// When it ends, in nanoseconds since 1970; `nil` never.
    package let expires: Int64?
    package let quota: RateQuota
    /// `nil` without a limit.
    package let reads: RateMeter?
    package let writes: RateMeter?
    private let isRevokedFlag = Atomic<Bool>(false)
    private let lastUsed = Atomic<Int64>(0)

    /// The limits that document 000 states, a minute.
    package static let documentedReads = 1000
    package static let documentedWrites = 100

    package init(principal: Principal, expires: Int64?, quota: RateQuota) {
        self.principal = principal
        self.expires = expires
        self.quota = quota
        switch quota {
        case .standard:
            reads = RateMeter(limit: Self.documentedReads)
            writes = RateMeter(limit: Self.documentedWrites)
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
        if let expires, now >= expires { return false }
        return true
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
