/// `entity_ids` of a query: percent-encoded names with commas between them. Commas within a name are encoded.
struct EntityListText: ~Copyable {
    static let counts = 1...1000

    /// All names, decoded, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// Where each name ends in `bytes`.
    private(set) var ends: [Int] = []

    init() {}

    var count: Int { ends.count }

    /// The bytes of one name.
    func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Reads a list; memory is used again.
    ///
    /// - Throws: 400 when the encoding is broken, 422 with the position of a name that is empty or too long, or when
    ///   there are too many.
    mutating func read(_ text: Span<UInt8>) throws(APIError) {
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
                else { throw .malformed("entity_ids is not percent-encoded") }
                bytes.append(high << 4 | low)
                index += 2
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard (try? UTF8Span(validating: bytes.span)) != nil, namesBeginCharacters else {
            throw .malformed("entity_ids is not UTF-8")
        }
    }

    /// Whether no name begins in the middle of a character. All names together are UTF-8; then each of them is.
    private var namesBeginCharacters: Bool {
        for end in ends where end < bytes.count && bytes[end] & 0xC0 == 0x80 { return false }
        return true
    }

    private mutating func endName() throws(APIError) {
        let start = ends.last ?? 0
        let size = bytes.count - start
        if !(1...255).contains(size) {
            throw .invalid("entity_ids[\(ends.count)]", "must have 1 to 255 bytes; it has \(size)")
        }
        if ends.count == Self.counts.upperBound {
            throw .invalid(
                "entity_ids",
                "names more than \(Self.counts.upperBound) entities; ask POST /api/v1/online/read for more"
            )
        }
        ends.append(bytes.count)
    }
}
