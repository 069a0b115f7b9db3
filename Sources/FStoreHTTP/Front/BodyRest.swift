internal import NIOCore

/// What of a body is still to come.
enum BodyRest {
    case bytes(Int)
    case chunks(ChunkReader)
    /// It broke off, or cannot be understood: what still comes is thrown away.
    case broken

    /// A part of a body, as it came.
    enum Part {
        case some(ByteBuffer)
        case refused
    }

    /// What a connection reads to its end behind an answer that did not wait for the body.
    private static let readPastBytes = 65_536

    init(_ head: RequestHead, limits: ServerLimits) {
        self = head.isChunked ? .chunks(ChunkReader(maxOtherBytes: limits.headerBytes)) : .bytes(head.contentLength)
    }

    var isOver: Bool {
        if case .bytes(0) = self { return true }
        return false
    }

    /// Whether it is better to close the connection than to read what is left for nobody.
    var isLong: Bool {
        switch self {
        case .bytes(let left): left > Self.readPastBytes
        case .chunks, .broken: true
        }
    }

    /// Takes what belongs to the body from the front of `buffer`.
    mutating func take(from buffer: inout ByteBuffer) -> Part {
        switch self {
        case .bytes(let left):
            let part = buffer.readSlice(length: min(left, buffer.readableBytes)) ?? ByteBuffer()
            self = .bytes(left - part.readableBytes)
            return .some(part)
        case .chunks(var reader):
            let bytes = buffer
            switch reader.read(bytes.readableBytesUInt8Span) {
            case .more:
                self = .chunks(reader)
                buffer.moveReaderIndex(to: buffer.writerIndex)
                return .some(bytes)
            case .end(let count):
                self = .bytes(0)
                return .some(buffer.readSlice(length: count) ?? ByteBuffer())
            case .refused:
                self = .broken
                return .refused
            }
        case .broken:
            buffer.moveReaderIndex(to: buffer.writerIndex)
            return .some(ByteBuffer())
        }
    }
}

/// A body that ended before its end, or whose chunks are none.
struct BrokenBody: Error {}
