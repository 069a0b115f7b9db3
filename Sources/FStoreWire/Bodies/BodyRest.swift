/// What of a body is still to come.
enum BodyRest: Sendable {
    case bytes(Int)
    case chunks(ChunkReader)
    /// It broke off, or cannot be understood: what still comes is thrown away.
    case broken

    /// What a connection reads to its end behind an answer that did not wait for the body.
    private static let readPastBytes = 65_536

    init(_ head: RequestHead, limits: WireLimits) {
        self = head.isChunked ? .chunks(ChunkReader(maxOtherBytes: limits.headerBytes)) : .bytes(head.contentLength)
    }

    var isOver: Bool {
        if case .bytes(0) = self { true } else { false }
    }

    var isBroken: Bool {
        if case .broken = self { true } else { false }
    }

    /// Whether it is better to close the connection than to read what is left for nobody.
    var isLong: Bool {
        switch self {
        case .bytes(let left): left > Self.readPastBytes
        case .chunks, .broken: true
        }
    }

    /// How many of `bytes` belong to the body, which goes on behind them or is over. `nil` when its chunks are not
    /// valid.
    mutating func take(_ bytes: Span<UInt8>) -> Int? {
        switch self {
        case .bytes(let left):
            let count = min(left, bytes.count)
            self = .bytes(left - count)
            return count
        case .chunks(var reader):
            switch reader.read(bytes) {
            case .more:
                self = .chunks(reader)
                return bytes.count
            case .end(let count):
                self = .bytes(0)
                return count
            case .refused:
                self = .broken
                return nil
            }
        case .broken: return bytes.count
        }
    }
}
