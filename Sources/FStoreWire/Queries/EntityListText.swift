/// `entity_ids` of a query: percent-encoded names with commas between them. Commas within a name are encoded.
package struct EntityListText: ~Copyable {
    package static let counts = 1...1000

    /// Why a list is none.
    package enum Problem: Error {
        case notEncoded
        case notUTF8
        /// The name at `index` is empty or too long.
        case nameBytes(Int, index: Int)
        case tooMany
    }

    /// All names, decoded, one behind the other.
    package private(set) var bytes: [UInt8] = []
    /// Where each name ends in `bytes`.
    private var ends: [Int] = []

    package init() {}

    package var count: Int { ends.count }

    /// The bytes of one name.
    package func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Reads a list; memory is used again.
    package mutating func read(_ text: Span<UInt8>) throws(Problem) {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        var index = 0
        while true {
            guard index < text.count else {
                try endName()
                break
            }
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: ","): try endName()
            case UInt8(ascii: "%"):
                guard index + 1 < text.count, let high = PercentCoding.hexadecimal(text[index]),
                    let low = PercentCoding.hexadecimal(text[index + 1])
                else { throw .notEncoded }
                bytes.append(high << 4 | low)
                index += 2
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard (try? UTF8Span(validating: bytes.span)) != nil, namesBeginCharacters else { throw .notUTF8 }
    }

    /// Whether no name begins in the middle of a character. All names together are UTF-8; then each of them is.
    private var namesBeginCharacters: Bool {
        for end in ends where end < bytes.count && bytes[end] & 0xC0 == 0x80 { return false }
        return true
    }

    private mutating func endName() throws(Problem) {
        let size = bytes.count - (ends.last ?? 0)
        if !(1...255).contains(size) { throw .nameBytes(size, index: ends.count) }
        if ends.count == Self.counts.upperBound { throw .tooMany }
        ends.append(bytes.count)
    }
}
