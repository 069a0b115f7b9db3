package import FStoreCatalog
internal import Synchronization

/// The quotas of all organizations that have some, in memory. Where nobody has any, asking costs one look at memory.
package final class QuotaTable: Sendable {
    private struct State {
        var meters: [Int64: QuotaMeter] = [:]
        var order = ReadingOrder()
    }

    private let isEmpty = Atomic<Bool>(true)
    private let state = Mutex(State())

    package init() {}

    /// The meter of an organization; `nil` when nothing limits it.
    package func meter(of organization: Int64) -> QuotaMeter? {
        if isEmpty.load(ordering: .relaxed) { return nil }
        return state.withLock { $0.meters[organization] }
    }

    /// A reading of the catalog begins.
    ///
    /// - Returns: its number, for ``replace(with:reading:)``.
    package func beginReading() -> Int {
        state.withLock { $0.order.begin() }
    }

    /// Puts these organizations in the place of all. One whose quotas are the same keeps its meter.
    package func replace(with organizations: [Organization], reading: Int) {
        state.withLock { state in
            guard state.order.admit(reading) else { return }
            var next: [Int64: QuotaMeter] = [:]
            for organization in organizations {
                let quotas = organization.effectiveQuotas
                if quotas == OrganizationQuotas() || organization.deletionBegan != nil { continue }
                let known = state.meters[organization.id]
                if let known, known.quotas == quotas {
                    next[organization.id] = known
                } else {
                    let stored = known?.storedBytes ?? organization.stored?.bytes ?? 0
                    next[organization.id] = QuotaMeter(quotas, organization, stored: stored)
                }
            }
            state.meters = next
            isEmpty.store(next.isEmpty, ordering: .relaxed)
        }
    }

    /// Meters of organizations whose bytes are limited.
    var withByteLimit: [QuotaMeter] {
        state.withLock { $0.meters.values.filter { $0.quotas.maxStoredBytes != nil } }
    }
}

/// Why a write exceeds the quotas of an organization.
package enum QuotaRefusal: Error, Hashable, Sendable {
    /// It has written more than so many values a second, and may go on after so many nanoseconds.
    case writes(limit: Int64, retryNanoseconds: UInt64)
    /// It has stored so many bytes of those that it may.
    case storedBytes(limit: Int64, stored: Int64)
}

/// What one organization has used of its quotas.
package final class QuotaMeter: Sendable {
    package let quotas: OrganizationQuotas
    let organization: Int64
    let space: UInt32
    private let writes: ValueMeter?
    /// What was counted in the store.
    private let measured: Atomic<Int64>
    /// What was written since then.
    private let written = Atomic<Int64>(0)

    init(_ quotas: OrganizationQuotas, _ organization: Organization, stored: Int64) {
        self.quotas = quotas
        self.organization = organization.id
        space = organization.space
        writes = quotas.maxWritesPerSecond.map(ValueMeter.init(perSecond:))
        measured = Atomic(stored)
    }

    /// Bytes that the organization has stored, as far as they were counted. Never too few: what was deleted since is
    /// still in it.
    package var storedBytes: Int64 { measured.load(ordering: .relaxed) + written.load(ordering: .relaxed) }

    /// Whether a write of one value would be let in now. Counts nothing: how many values a request has shows later.
    package func check(at now: UInt64) throws(QuotaRefusal) { try admit(values: 0, bytes: 0, at: now) }

    /// Counts values that are about to be written.
    ///
    /// A batch is let in whole while the values before it are within the quota, however many it has: what it takes
    /// beyond has to pass before the next one.
    ///
    /// - Parameters:
    ///   - bytes: of their keys and values; `nil` for what is let in however much is stored.
    ///   - now: nanoseconds of a clock that never steps back.
    package func admit(values: Int, bytes: Int?, at now: UInt64) throws(QuotaRefusal) {
        if let bytes, let limit = quotas.maxStoredBytes {
            let stored = storedBytes
            if stored >= limit || stored + Int64(bytes) > limit { throw .storedBytes(limit: limit, stored: stored) }
        }
        if let retry = writes?.admit(values, at: now) {
            throw .writes(limit: quotas.maxWritesPerSecond ?? 0, retryNanoseconds: retry)
        }
        if let bytes, quotas.maxStoredBytes != nil { written.add(Int64(bytes), ordering: .relaxed) }
    }

    /// A count of what is in the store begins.
    ///
    /// - Returns: for ``counted(_:since:)``.
    func beginCount() -> Int64 { written.load(ordering: .relaxed) }

    /// The count has ended. What was written while it ran may be in it twice, until the next one.
    func counted(_ bytes: Int, since begin: Int64) {
        measured.store(Int64(bytes), ordering: .relaxed)
        written.subtract(begin, ordering: .relaxed)
    }
}

/// So many values a second, as a generic cell rate algorithm whose burst is one second.
private final class ValueMeter: Sendable {
    private static let second: UInt64 = 1_000_000_000

    private let interval: UInt64
    private let usedUntil = Atomic<UInt64>(0)

    init(perSecond: Int64) {
        interval = max(1, Self.second / UInt64(max(1, perSecond)))
    }

    /// Counts so many values, unless those before them leave no room for one.
    ///
    /// - Returns: nanoseconds until the next ones are let in; `nil` when these are.
    func admit(_ count: Int, at now: UInt64) -> UInt64? {
        let cost = UInt64(count) * interval
        var seen = usedUntil.load(ordering: .relaxed)
        while true {
            let start = max(seen, now)
            if start + interval > now + Self.second { return start + interval - now - Self.second }
            if count == 0 { return nil }
            let (exchanged, current) = usedUntil.weakCompareExchange(
                expected: seen,
                desired: start + cost,
                ordering: .relaxed
            )
            if exchanged { return nil }
            seen = current
        }
    }
}
