/// The times of one connection, in nanoseconds of a monotonic clock, and what is too late.
package struct Deadlines: Sendable {
    private let limits: WireLimits
    /// When a request was last dealt with, a part of a body came, or the client took something of an answer. Bytes that
    /// are no request are no progress: a connection is not kept open by empty lines.
    private var lastProgress: UInt64
    /// When the head that is not complete began.
    private var headStart: UInt64?
    /// So much is written and not sent that no more is answered until the client takes some.
    private(set) var isFull = false

    /// Bytes that were given to the socket, and how many of them the client has taken.
    private var writtenBytes = 0
    private var takenBytes = 0
    /// Since when the client has taken nothing of what waits for it.
    private var stalledSince: UInt64?

    /// When the connection began to close, and again when the system had taken everything.
    private var closingSince: UInt64 = 0
    private(set) var isAllSent = false

    /// Of the body that is coming: its bytes, and for how many seconds they were waited for.
    private var bodyBytes = 0
    private var bodyWaits = 0

    init(limits: WireLimits, at now: UInt64) {
        self.limits = limits
        lastProgress = now
    }

    private static func isOver(_ start: UInt64, _ seconds: Int, at now: UInt64) -> Bool {
        now > start && now - start > UInt64(seconds) * 1_000_000_000
    }

    // MARK: Requests

    mutating func waitForHead(at now: UInt64) {
        if headStart == nil { headStart = now }
    }

    mutating func requestEnded(at now: UInt64) {
        headStart = nil
        lastProgress = now
    }

    mutating func bodyBegins(at now: UInt64) {
        requestEnded(at: now)
        bodyBytes = 0
        bodyWaits = 0
    }

    mutating func bodyCame(_ count: Int, at now: UInt64) {
        bodyBytes += count
        lastProgress = now
    }

    mutating func answered(at now: UInt64) { lastProgress = now }

    func isHeadLate(at now: UInt64) -> Bool {
        // While the client takes no answers, no head is read: it may lie in the socket, whole.
        guard !isFull, let headStart else { return false }
        return Self.isOver(headStart, limits.headSeconds, at: now)
    }

    func isIdle(at now: UInt64) -> Bool {
        headStart == nil && stalledSince == nil && Self.isOver(lastProgress, limits.idleSeconds, at: now)
    }

    func isQuiet(at now: UInt64, seconds: Int) -> Bool { Self.isOver(lastProgress, seconds, at: now) }

    /// Called once a second while more of a body is expected.
    mutating func isBodyLate(at now: UInt64, isReading: Bool) -> Bool {
        // Who reads the body takes its time: the client is not to blame.
        if isReading { bodyWaits += 1 } else { lastProgress = now }
        // Whoever sends a byte now and then would hold the connection for ever.
        let allowed = limits.bodySeconds + bodyBytes / limits.bodyBytesPerSecond
        return bodyWaits > allowed || Self.isOver(lastProgress, limits.bodySeconds, at: now)
    }

    // MARK: Answers

    mutating func wrote(_ count: Int) { writtenBytes += count }

    var mayHaveUnsent: Bool { takenBytes < writtenBytes || stalledSince != nil }

    mutating func writabilityChanged(_ isWritable: Bool, at now: UInt64) {
        isFull = !isWritable
        // The time in which a head may come begins again: it could not be read, or waited behind others.
        if isWritable, headStart != nil { headStart = now }
    }

    /// Whether the client has taken nothing of what is written for too long.
    ///
    /// To take some is progress, however slow; to be written more is none. What is counted is therefore what the client
    /// has taken, and not how much is unsent: that also changes when a client that reads nothing sends another request.
    mutating func isStalled(at now: UInt64, unsent: Int) -> Bool {
        let taken = writtenBytes - unsent
        if taken > takenBytes {
            takenBytes = taken
            lastProgress = now
            stalledSince = nil
        }
        guard unsent > 0 else {
            stalledSince = nil
            return false
        }
        guard let stalledSince else {
            stalledSince = now
            return false
        }
        return Self.isOver(stalledSince, limits.writeSeconds, at: now)
    }

    // MARK: The end

    mutating func closingBegins(at now: UInt64) { closingSince = now }

    mutating func allSent(at now: UInt64) {
        isAllSent = true
        closingSince = now
    }

    func isEndLate(at now: UInt64) -> Bool {
        // As long as the client takes what is left, it gets it: how long that may stand still, `isStalled` says.
        if stalledSince != nil { return false }
        let start = isAllSent ? max(closingSince, lastProgress) : closingSince
        return Self.isOver(start, isAllSent ? limits.lingerSeconds : limits.writeSeconds, at: now)
    }
}
