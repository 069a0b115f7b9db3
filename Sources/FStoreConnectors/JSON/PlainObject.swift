internal import FStoreText

/// Where the members of a plain JSON object lie in its text.
///
/// Plain is what programs write line by line: names and strings without escapes, numbers, `true`, `false` and `null`.
/// Such a line needs no tree and no copy. Anything else, and anything that may be wrong, is for the full reader, which
/// decides.
final class PlainObject {
    enum Kind {
        case string
        case number
        case yes
        case no
        case null
    }

    struct Member {
        var name: Range<Int>
        var kind: Kind
        /// Without the quotes of a string.
        var value: Range<Int>
    }

    /// More members than this are for the full reader, whose search for repeated names does not grow with the square.
    private static let maxMembers = 24

    private(set) var members: [Member] = []

    /// Finds the members. `false` when the text is not a plain object.
    func scan(_ text: Span<UInt8>) -> Bool {
        members.removeAll(keepingCapacity: true)
        var position = 0
        Self.skipSpace(text, &position)
        guard Self.take("{", text, &position) else { return false }
        Self.skipSpace(text, &position)
        var isASCII = true
        if !Self.take("}", text, &position) {
            while true {
                guard members.count < Self.maxMembers else { return false }
                Self.skipSpace(text, &position)
                guard let name = Self.string(text, &position, &isASCII), !hasMember(name, text) else { return false }
                Self.skipSpace(text, &position)
                guard Self.take(":", text, &position) else { return false }
                Self.skipSpace(text, &position)
                guard let (kind, value) = Self.value(text, &position, &isASCII) else { return false }
                members.append(Member(name: name, kind: kind, value: value))
                Self.skipSpace(text, &position)
                if Self.take(",", text, &position) { continue }
                guard Self.take("}", text, &position) else { return false }
                break
            }
        }
        Self.skipSpace(text, &position)
        return position == text.count && (isASCII || (try? UTF8Span(validating: text)) != nil)
    }

    /// The position of the member `name`; `nil` where there is none.
    ///
    /// - Parameter hint: where it was last time: lines of one input resemble each other.
    func position(of name: [UInt8], in text: Span<UInt8>, hint: Int) -> Int? {
        if hint < members.count, Self.isEqual(members[hint].name, name, text) { return hint }
        for index in members.indices where Self.isEqual(members[index].name, name, text) { return index }
        return nil
    }

    private func hasMember(_ name: Range<Int>, _ text: Span<UInt8>) -> Bool {
        for member in members where member.name.count == name.count {
            var isEqual = true
            for offset in 0..<name.count
            where text[member.name.lowerBound + offset] != text[name.lowerBound + offset] {
                isEqual = false
                break
            }
            if isEqual { return true }
        }
        return false
    }

    private static func isEqual(_ range: Range<Int>, _ name: [UInt8], _ text: Span<UInt8>) -> Bool {
        guard range.count == name.count else { return false }
        for offset in 0..<name.count where text[range.lowerBound + offset] != name[offset] { return false }
        return true
    }

    // MARK: Parts of a text

    private static func value(
        _ text: Span<UInt8>,
        _ position: inout Int,
        _ isASCII: inout Bool
    ) -> (Kind, Range<Int>)? {
        guard position < text.count else { return nil }
        switch text[position] {
        case UInt8(ascii: "\""): return string(text, &position, &isASCII).map { (.string, $0) }
        case UInt8(ascii: "t"): return word("true", text, &position).map { (.yes, $0) }
        case UInt8(ascii: "f"): return word("false", text, &position).map { (.no, $0) }
        case UInt8(ascii: "n"): return word("null", text, &position).map { (.null, $0) }
        default: return number(text, &position).map { (.number, $0) }
        }
    }

    private static func string(
        _ text: Span<UInt8>,
        _ position: inout Int,
        _ isASCII: inout Bool
    ) -> Range<Int>? {
        guard take("\"", text, &position) else { return nil }
        let begin = position
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return begin..<(position - 1)
            }
            if byte < 0x20 || byte == UInt8(ascii: "\\") { return nil }
            if byte >= 0x80 { isASCII = false }
            position += 1
        }
        return nil
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private static func number(_ text: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
        let begin = position
        _ = take("-", text, &position)
        if !take("0", text, &position), !digits(text, &position) { return nil }
        if take(".", text, &position), !digits(text, &position) { return nil }
        if take("e", text, &position) || take("E", text, &position) {
            if !take("+", text, &position) { _ = take("-", text, &position) }
            if !digits(text, &position) { return nil }
        }
        return begin..<position
    }

    private static func digits(_ text: Span<UInt8>, _ position: inout Int) -> Bool {
        let begin = position
        while position < text.count, text[position] &- 48 < 10 { position += 1 }
        return position > begin
    }

    private static func word(_ word: StaticString, _ text: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
        let begin = position
        let count = word.utf8CodeUnitCount
        guard begin + count <= text.count else { return nil }
        for (offset, byte) in "\(word)".utf8.enumerated() where text[begin + offset] != byte { return nil }
        position += count
        return begin..<position
    }

    @inline(__always)
    private static func take(_ character: Unicode.Scalar, _ text: Span<UInt8>, _ position: inout Int) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private static func skipSpace(_ text: Span<UInt8>, _ position: inout Int) {
        while position < text.count {
            let byte = text[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }
}
