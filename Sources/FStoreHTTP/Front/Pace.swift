internal import FStoreServices
internal import NIOCore

/// The times of one connection, in nanoseconds of the monotonic clock.
struct Pace {
    var ticks: RepeatedTask?
    /// When something was last read or answered.
    var lastProgress = TimeSource.system.monotonic()
    /// When the head that is not complete began.
    var headStart: UInt64?
    /// So much is written and not sent that no more is answered until the client takes some.
    var isFull = false
    /// How much is written and not sent, and since when that has not changed.
    var unsentBytes = 0
    var unsentSince: UInt64 = 0
    /// When the connection began to close, and again when everything was sent.
    var closingSince: UInt64 = 0
    var isAllSent = false
    /// The reader behind wants more and does not get it yet.
    var hasWithheldRead = false
    /// The socket is being read.
    var isReading = false
    /// Of the body that is coming: its bytes, and for how many seconds they were waited for.
    var bodyBytes = 0
    var bodyWaits = 0

    mutating func stop() {
        ticks?.cancel()
        ticks = nil
    }

    mutating func waitForHead() {
        if headStart == nil { headStart = lastProgress }
    }

    /// The time in which a head may come begins again: it could not be read, or waited behind others.
    mutating func restartHead() {
        if headStart != nil { headStart = TimeSource.system.monotonic() }
    }

    static func isOver(_ start: UInt64, _ seconds: Int) -> Bool {
        let now = TimeSource.system.monotonic()
        return now > start && now - start > UInt64(seconds) * 1_000_000_000
    }
}

extension FrontHandler {
    /// How long what comes is thrown away behind the last answer.
    private static let lingerSeconds = 2

    /// Each second: what has taken too long?
    func tick() {
        guard let context else { return }
        if isStalled(context) { return context.close(promise: nil) }
        switch state {
        case .ready:
            if !pace.isFull, let headStart = pace.headStart, Pace.isOver(headStart, limits.headSeconds) {
                pace.headStart = nil
                return close(with: Refusals.tooSlow(limits.headSeconds), context)
            }
            if pending.readableBytes == 0, pace.unsentBytes == 0, Pace.isOver(pace.lastProgress, limits.idleSeconds) {
                context.close(promise: nil)
            }
        case .passing(let rest, _):
            if rest.isOver { return }
            // Who reads the body takes its time: the client is not to blame.
            if pace.isReading { pace.bodyWaits += 1 } else { pace.lastProgress = TimeSource.system.monotonic() }
            // Whoever sends a byte now and then would hold the connection for ever.
            let allowed = limits.bodySeconds + pace.bodyBytes / limits.bodyBytesPerSecond
            if Pace.isOver(pace.lastProgress, limits.bodySeconds) || pace.bodyWaits > allowed {
                context.close(promise: nil)
            }
        case .closing:
            if pace.unsentBytes > 0 { return }
            let seconds = pace.isAllSent ? Self.lingerSeconds : limits.writeSeconds
            if Pace.isOver(pace.closingSince, seconds) { context.close(promise: nil) }
        case .writing: break
        }
    }

    /// Whether the client has taken nothing of what is written for too long. To take some is progress, however slow.
    private func isStalled(_ context: ChannelHandlerContext) -> Bool {
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if unsent > 0, unsent == pace.unsentBytes { return Pace.isOver(pace.unsentSince, limits.writeSeconds) }
        if unsent != pace.unsentBytes { pace.lastProgress = TimeSource.system.monotonic() }
        pace.unsentBytes = unsent
        pace.unsentSince = TimeSource.system.monotonic()
        return false
    }
}
