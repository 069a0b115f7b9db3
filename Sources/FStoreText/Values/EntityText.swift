package import FStore

/// The name of an entity as JSON writes it: a string, or a whole number, whose digits are the name. Databases number
/// their rows, and programs send those numbers as they have them.
///
/// `1001.0` and `1e3` are refused. They are what a table makes of whole numbers when one of them is missing, and taken
/// as they are written they would name an entity that nobody means.
package enum EntityText {
    /// - Throws: ``Rejection``, with what must be there in place of `value`.
    package static func read(_ value: JSONValue) throws(Rejection) -> String {
        switch value {
        case .string(let text): return text
        case .number(let digits):
            if isWhole(digits.utf8Span.span) { return digits }
            throw Rejection("must be a string or a whole number; the number \(digits.excerpt) was given")
        case .null: throw Rejection("must be a string or a whole number; null was given")
        case .bool: throw Rejection("must be a string or a whole number; true or false was given")
        case .array: throw Rejection("must be a string or a whole number; an array was given")
        case .object: throw Rejection("must be a string or a whole number; an object was given")
        }
    }

    /// Whether a number of JSON has neither a point nor an exponent.
    package static func isWhole(_ number: Span<UInt8>) -> Bool {
        for index in number.indices {
            let byte = number[index]
            if byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") { return false }
        }
        return true
    }
}
