internal import Synchronization

/// What a lookup must know of a feature, without a pointer in it.
struct FeatureRule: Sendable {
    private(set) var isLive = false
    /// Whether the newest event time of a series is kept whatever its age.
    private(set) var keepsLatest = false
    private(set) var space: UInt32 = 0
    /// Nanoseconds; 0 for none.
    private(set) var ttl: Int64 = 0
    /// Nanoseconds; 0 for none.
    private(set) var maxAge: Int64 = 0
    /// Event times; 0 for all.
    private(set) var maxVersions = 0
    /// Event times before this one stay hidden, whatever the age limit says now.
    private(set) var ageFloor: Int64 = .min

    /// Whether neither ttl nor retention has a say: what is found is what is answered.
    private(set) var isPlain = true

    init() {}

    init(space: UInt32, ttl: Int64, maxAge: Int64, maxVersions: Int, ageFloor: Int64, keepsLatest: Bool, isLive: Bool) {
        self.keepsLatest = keepsLatest
        (self.space, self.ttl, self.maxAge) = (space, ttl, maxAge)
        (self.maxVersions, self.ageFloor, self.isLive) = (maxVersions, ageFloor, isLive)
        isPlain = ttl == 0 && maxAge == 0 && maxVersions == 0 && ageFloor == .min
    }

    /// Whether some cells may not be kept.
    var hasRetention: Bool { maxAge > 0 || maxVersions > 0 || ageFloor > .min }

    /// Event times before this one are not kept, but for the newest of a series where that always is.
    func oldestKept(at now: Timestamp) -> Int64 {
        guard maxAge > 0 else { return ageFloor }
        let (oldest, overflow) = now.nanoseconds.subtractingReportingOverflow(maxAge)
        return overflow ? ageFloor : max(oldest, ageFloor)
    }

    /// Whether a value of `eventTime` is no longer good at `reference`.
    func isExpired(_ eventTime: Int64, at reference: Int64) -> Bool {
        guard ttl > 0 else { return false }
        let (age, overflow) = reference.subtractingReportingOverflow(eventTime)
        return overflow ? reference > eventTime : age > ttl
    }
}

/// The rules of the features that there are, by feature number.
///
/// Numbers are never used again, so that a table with a place for each would grow with every feature that was ever
/// defined, for ever. This one is as large as there are features: open addressing, at most half full.
struct RuleTable: Sendable {
    private struct Slot {
        var number: UInt32 = 0
        var isTaken = false
        var rule = FeatureRule()
    }

    private var slots: [Slot]
    private var shift: UInt32
    private(set) var count = 0
    /// Changes with each change, and no two tables of this process have the same unless they say the same. Never 0.
    private(set) var stamp = Self.nextStamp()

    private static let stamps = Atomic<UInt64>(0)

    init() {
        slots = Array(repeating: Slot(), count: 2)
        shift = 31
    }

    /// How many places there are, free ones included.
    var capacity: Int { slots.count }

    /// The rule of a number; of an unknown one, a rule that is not live.
    @inline(__always)
    subscript(number: UInt32) -> FeatureRule {
        var place = home(number)
        while slots[place].isTaken {
            if slots[place].number == number { return slots[place].rule }
            place = (place + 1) & (slots.count - 1)
        }
        return FeatureRule()
    }

    mutating func set(_ rule: FeatureRule, for number: UInt32) {
        if (count + 1) * 2 > slots.count { rebuild(places: slots.count * 2) { _ in true } }
        var place = home(number)
        while slots[place].isTaken, slots[place].number != number { place = (place + 1) & (slots.count - 1) }
        if !slots[place].isTaken { count += 1 }
        stamp = Self.nextStamp()
        slots[place] = Slot(number: number, isTaken: true, rule: rule)
    }

    mutating func remove(_ numbers: [UInt32]) {
        let gone = Set(numbers)
        if gone.isEmpty { return }
        stamp = Self.nextStamp()
        rebuild(places: slots.count) { !gone.contains($0) }
        if slots.count > 2, count * 8 < slots.count { rebuild(places: slots.count / 2) { _ in true } }
    }

    private mutating func rebuild(places: Int, keeping isKept: (UInt32) -> Bool) {
        let old = slots
        slots = Array(repeating: Slot(), count: places)
        shift = 32 - UInt32(places.trailingZeroBitCount)
        count = 0
        for slot in old where slot.isTaken && isKept(slot.number) { set(slot.rule, for: slot.number) }
    }

    private static func nextStamp() -> UInt64 { stamps.add(1, ordering: .relaxed).newValue }

    /// Fibonacci hashing: numbers that follow each other come to lie far apart.
    @inline(__always)
    private func home(_ number: UInt32) -> Int {
        Int((number &* 2_654_435_769) >> shift)
    }
}
