/// Finds the end of a body that comes in chunks (RFC 9112, 7.1), strictly: the HTTP decoder behind reads the same
/// bytes, and both must see the same end.
struct ChunkReader: Sendable {
    enum Reading: Equatable {
        /// All bytes belong to the body, and it goes on.
        case more
        /// So many of the bytes belong to the body, which ends with them.
        case end(Int)
        case refused
    }

    private enum Place: Sendable {
        case size(digits: Int)
        case lineAfterSize
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailerStart
        case trailer
        case trailerLineFeed
        case endLineFeed
    }

    private static let maxSizeDigits = 15

    private var place = Place.size(digits: 0)
    private var left = 0
    /// Bytes that are neither data nor sizes: extensions and trailers. They are bounded over the whole body.
    private var otherBytes = 0
    private let maxOtherBytes: Int

    init(maxOtherBytes: Int) {
        self.maxOtherBytes = maxOtherBytes
    }

    /// Reads on in the next bytes.
    mutating func read(_ bytes: Span<UInt8>) -> Reading {
        var index = 0
        while index < bytes.count {
            if case .data = place {
                let step = min(left, bytes.count - index)
                left -= step
                index += step
                if left == 0 { place = .dataReturn }
                continue
            }
            guard let next = step(bytes[index]) else { return .refused }
            index += 1
            if case .endLineFeed = place, case .size = next { return .end(index) }
            place = next
        }
        return .more
    }

    /// - Returns: where the next byte stands; `nil` when this one must not stand here. The beginning after the end.
    private mutating func step(_ byte: UInt8) -> Place? {
        switch place {
        case .size(let digits):
            if let digit = PercentCoding.hexadecimal(byte) {
                if digits == Self.maxSizeDigits { return nil }
                left = left << 4 | Int(digit)
                return .size(digits: digits + 1)
            }
            if digits == 0 { return nil }
            if byte == 0x0D { return .sizeLineFeed }
            return byte == UInt8(ascii: ";") && countOther() ? .lineAfterSize : nil
        case .lineAfterSize:
            if byte == 0x0D { return .sizeLineFeed }
            return HeadByte.isValue(byte) && countOther() ? .lineAfterSize : nil
        case .sizeLineFeed:
            if byte != 0x0A { return nil }
            return left == 0 ? .trailerStart : .data
        case .data: return nil
        case .dataReturn: return byte == 0x0D ? .dataLineFeed : nil
        case .dataLineFeed: return byte == 0x0A ? .size(digits: 0) : nil
        case .trailerStart:
            if byte == 0x0D { return .endLineFeed }
            return HeadByte.isToken(byte) && countOther() ? .trailer : nil
        case .trailer:
            if byte == 0x0D { return .trailerLineFeed }
            return HeadByte.isValue(byte) && countOther() ? .trailer : nil
        case .trailerLineFeed: return byte == 0x0A ? .trailerStart : nil
        case .endLineFeed: return byte == 0x0A ? .size(digits: 0) : nil
        }
    }

    private mutating func countOther() -> Bool {
        otherBytes += 1
        return otherBytes <= maxOtherBytes
    }
}
