/// `entity_ids` of a query, and other lists of names: with commas between them.
///
/// A comma separates, written as it is or as `%2C`: HTTP libraries encode the commas of a list that a program has
/// joined. Within a name a comma is written `\,` and a backslash `\\`. A parameter that is repeated is one list: its
/// values come with `&` between them, which no value has.
package struct EntityListText: ~Copyable {
    package static let counts = 1...1000

    /// Why a list cannot be read.
    package enum Problem: Error {
        case notEncoded
        case notUTF8
        /// The name at `index` is empty or too long.
        case nameBytes(Int, index: Int)
        case tooMany
        /// In the name at `index` a backslash is followed by neither a comma nor a backslash.
        case loneBackslash(index: Int)
    }

    /// All names, decoded, one behind the other.
    package private(set) var bytes: [UInt8] = []
    /// Where each name ends in `bytes`.
    private var ends: [Int] = []

    private let most: Int

    /// - Parameter most: how many names there may be.
    package init(most: Int = EntityListText.counts.upperBound) {
        self.most = most
    }

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
            case UInt8(ascii: ","), UInt8(ascii: "&"): try endName()
            case UInt8(ascii: "%"):
                switch try Self.encoded(text, &index) {
                case UInt8(ascii: ","): try endName()
                case UInt8(ascii: "\\"): bytes.append(try escaped(text, &index))
                case let byte: bytes.append(byte)
                }
            case UInt8(ascii: "\\"): bytes.append(try escaped(text, &index))
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard (try? UTF8Span(validating: bytes.span)) != nil, namesBeginCharacters else { throw .notUTF8 }
    }

    /// The byte whose `%` lies before `index`.
    private static func encoded(_ text: Span<UInt8>, _ index: inout Int) throws(Problem) -> UInt8 {
        guard index + 1 < text.count, let high = PercentCoding.hexadecimal(text[index]),
            let low = PercentCoding.hexadecimal(text[index + 1])
        else { throw .notEncoded }
        index += 2
        return high << 4 | low
    }

    /// The comma or backslash that follows a backslash, encoded or not.
    private func escaped(_ text: Span<UInt8>, _ index: inout Int) throws(Problem) -> UInt8 {
        if index < text.count {
            var byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%") { byte = try Self.encoded(text, &index) }
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\\") { return byte }
        }
        throw .loneBackslash(index: ends.count)
    }

    /// Whether no name begins in the middle of a character. All names together are UTF-8; then each of them is.
    private var namesBeginCharacters: Bool {
        for end in ends where end < bytes.count && bytes[end] & 0xC0 == 0x80 { return false }
        return true
    }

    private mutating func endName() throws(Problem) {
        let size = bytes.count - (ends.last ?? 0)
        if !(1...255).contains(size) { throw .nameBytes(size, index: ends.count) }
        if ends.count == most { throw .tooMany }
        ends.append(bytes.count)
    }
}
