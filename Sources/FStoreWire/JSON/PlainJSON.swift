internal import FStoreText

/// Reads JSON of the plainest form: what machines send. Strings without escapes, no surprises; everything else is
/// `nil`, and left to the strict reader of the slow path, which also finds the words for what is wrong.
package struct PlainJSON: ~Escapable {
    @usableFromInline let bytes: Span<UInt8>
    @usableFromInline package internal(set) var position = 0

    /// A value that is neither array nor object. Strings without their quotes.
    package enum Scalar {
        case null
        case bool(Bool)
        case number(Range<Int>)
        case string(Range<Int>)
    }

    @inlinable
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// Passes over white space, and takes `byte` if it is next.
    @inlinable
    package mutating func take(_ byte: Unicode.Scalar) -> Bool {
        // Machines send no white space: it is looked for only where something else than `byte` stands.
        if takeNext(byte) { return true }
        skipSpace()
        return takeNext(byte)
    }

    @inlinable
    mutating func takeNext(_ byte: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Whether nothing but white space is left.
    @inlinable
    package mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.count
    }

    @inlinable
    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// A string without escapes: the range between its quotes.
    package mutating func string() -> Range<Int>? {
        guard take("\"") else { return nil }
        let start = position
        position += bytes.plainCount(from: start)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
        position += 1
        return start..<(position - 1)
    }

    /// The name of an entity: a string as ``string()`` reads it, or the digits of a whole number.
    @inlinable
    package mutating func entity() -> Range<Int>? {
        string() ?? wholeNumber()
    }

    /// A number without a point or an exponent.
    @usableFromInline
    mutating func wholeNumber() -> Range<Int>? {
        guard position < bytes.count, bytes[position] != UInt8(ascii: "\""), let range = number() else { return nil }
        return EntityText.isWhole(bytes.extracting(range)) ? range : nil
    }

    @inlinable
    package mutating func scalar() -> Scalar? {
        skipSpace()
        guard position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return word("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        default: return number().map { .number($0) }
        }
    }

    @usableFromInline
    mutating func word(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[position + offset] != text.byte(at: offset) {
            return false
        }
        position += text.utf8CodeUnitCount
        return true
    }

    /// A number as RFC 8259 writes it.
    @usableFromInline
    mutating func number() -> Range<Int>? {
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
            position += 1
        } else if digits() == 0 {
            return nil
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            if digits() == 0 { return nil }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            if digits() == 0 { return nil }
        }
        return start..<position
    }

    @usableFromInline
    mutating func digits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- 48 < 10 { position += 1 }
        return position - start
    }
}
