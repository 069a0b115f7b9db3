/// What a lookup must know of a feature, without a pointer in it.
struct FeatureRule: Sendable {
    private(set) var isLive = false
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

    init(space: UInt32, ttl: Int64, maxAge: Int64, maxVersions: Int, ageFloor: Int64, isLive: Bool) {
        (self.space, self.ttl, self.maxAge) = (space, ttl, maxAge)
        (self.maxVersions, self.ageFloor, self.isLive) = (maxVersions, ageFloor, isLive)
        isPlain = ttl == 0 && maxAge == 0 && maxVersions == 0 && ageFloor == .min
    }

    /// Event times before this one are not kept.
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
