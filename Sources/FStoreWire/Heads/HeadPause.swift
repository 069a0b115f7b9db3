/// How far the reading of a head has come whose bytes ran out. Positions count from its first byte.
struct HeadPause: Sendable {
    /// What was being read.
    enum Place: Sendable {
        /// The method: it is short, and read again.
        case start
        case target(start: Int, queryStart: Int?)
        /// A header's line, or the empty one, begins.
        case line
        case name(start: Int)
        case value(Range<Int>, start: Int)
    }

    let place: Place
    let position: Int
    let head: RequestHead
    let hasLength: Bool
    let hasTransferCoding: Bool
    let isOldVersion: Bool
    let hosts: Int
    let offersWebSocket: Bool
    let asksToUpgrade: Bool
    let headersStart: Int
    let headerCount: Int
}

extension HeadReader {
    /// Reads a head from its beginning, or on from where its bytes ran out before.
    static func read(_ bytes: Span<UInt8>, limits: WireLimits, from pause: inout HeadPause?) -> HeadReading {
        var reader = HeadReader(bytes, limits: limits)
        guard let known = pause else {
            let reading = reader.read()
            if case .incomplete = reading { pause = reader.pause }
            return reading
        }
        let reading = reader.resume(known)
        if case .incomplete = reading { pause = reader.pause } else { pause = nil }
        return reading
    }
}
