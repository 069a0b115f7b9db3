package import FStore

/// Values of a known type, from text and from JSON. Everything that a store would refuse is refused here, so that one
/// bad row does not spoil its batch.
package enum ValueReader {
    /// The value that `text` is in a feature of `type`.
    package static func read(_ text: Span<UInt8>, as type: ValueType) throws(Rejection) -> FeatureValue {
        switch type {
        case .float64: return .float64(try double(text))
        case .int64: return .int64(try integer(text))
        default:
            guard let owned = NumberText.text(text) else { throw Rejection("the value is not valid UTF-8") }
            return try read(owned, as: type)
        }
    }

    /// A whole number beyond 2^53 would lose digits, and is refused as the engine refuses integers.
    ///
    /// Numbers with a point or an exponent tell how large something is; they lose nothing when the double shows the
    /// same digits again, as every double that this program has written does.
    private static func double(_ text: Span<UInt8>) throws(Rejection) -> Double {
        guard let number = NumberText.double(text) else { throw misfit(text, .float64) }
        guard number.isFinite else { throw Rejection("\(shown(text)) cannot be stored; numbers must be finite") }
        // Below lies every number whose digits a double keeps: no other look at them is needed.
        if number.magnitude >= 0x1p53 {
            guard let decimal = DecimalNumber(text) else { throw misfit(text, .float64) }
            let losesDigits =
                decimal.isPlain
                ? decimal.whole() != .integer(1 << 53) && decimal.whole() != .integer(-1 << 53)
                : decimal.isWhole && !decimal.hasDigits(of: number)
            if losesDigits {
                var keeper = "string"
                if case .integer = decimal.whole() { keeper = "int64" }
                throw Rejection(
                    "the whole number \(shown(text)) lies beyond 2^53, where float64 loses digits; a feature of type "
                        + "\(keeper) keeps them"
                )
            }
        }
        return number
    }

    /// `1.0` and `1e3` are integers, too: programs that know only floating-point columns write them so.
    private static func integer(_ text: Span<UInt8>) throws(Rejection) -> Int64 {
        if let number = NumberText.integer(text) { return number }
        switch DecimalNumber(text)?.whole() {
        case .integer(let number): return number
        case .fraction: throw Rejection("\(shown(text)) is not a whole number, as int64 must be")
        case .outOfRange:
            throw Rejection("\(shown(text)) lies outside of int64, which reaches from \(Int64.min) to \(Int64.max)")
        case nil: throw misfit(text, .int64)
        }
    }

    private static func read(_ text: String, as type: ValueType) throws(Rejection) -> FeatureValue {
        switch type {
        case .bool:
            switch text {
            case "true", "True", "TRUE", "t", "1": return .bool(true)
            case "false", "False", "FALSE", "f", "0": return .bool(false)
            default: throw misfit(text.utf8Span.span, type)
            }
        case .string: return .string(try bounded(text))
        case .bytes:
            guard let bytes = Base64.bytes(text) else { throw Rejection("the value is not base64") }
            if !StoreLimits.valueBytes.contains(bytes.count) { throw tooLarge(bytes.count) }
            return .bytes(bytes)
        case .timestamp:
            return .timestamp(try .reading(text))
        case .json, .vector:
            let value: JSONValue
            do throws(JSONError) { value = try JSONValue(text.utf8) } catch { throw Rejection(error.description) }
            return try read(value, as: type)
        case .float64, .int64:
            let bytes = text.utf8Span
            return try read(bytes.span, as: type)
        }
    }

    /// The value that a JSON value is in a feature of `type`.
    package static func read(_ value: JSONValue, as type: ValueType) throws(Rejection) -> FeatureValue {
        if value == .null { return .null }
        switch type {
        case .json: return .json(try bounded(text(value)))
        case .float64, .int64:
            if case .number(let digits) = value { return try read(digits, as: type) }
        case .bool:
            if case .bool(let isTrue) = value { return .bool(isTrue) }
        case .string, .bytes, .timestamp:
            if case .string(let text) = value { return try read(text, as: type) }
        case .vector(let dimension):
            guard case .array(let elements) = value else { break }
            guard elements.count == dimension else {
                throw Rejection("the vector has \(elements.count) elements, and the feature takes \(type)")
            }
            return .vector(try floats(elements))
        }
        throw Rejection("\(shown(value)) is not \(article(type)) \(type)")
    }

    /// The value that a JSON value is by itself: numbers are `float64`, arrays and objects `json`.
    package static func read(_ value: JSONValue) throws(Rejection) -> FeatureValue {
        switch value {
        case .null: .null
        case .number: try read(value, as: .float64)
        case .bool: try read(value, as: .bool)
        case .string: try read(value, as: .string)
        case .array, .object: try read(value, as: .json)
        }
    }

    private static func floats(_ elements: [JSONValue]) throws(Rejection) -> [Float] {
        var floats: [Float] = []
        floats.reserveCapacity(elements.count)
        for element in elements {
            guard case .number(let digits) = element, let float = Float(digits) else {
                throw Rejection("the vector has the element \(shown(element)), which is not a number")
            }
            guard float.isFinite else { throw Rejection("\(digits.excerpt) is too large for an element of a vector") }
            floats.append(float)
        }
        return floats
    }

    private static func bounded(_ text: String) throws(Rejection) -> String {
        if !StoreLimits.valueBytes.contains(text.utf8.count) { throw tooLarge(text.utf8.count) }
        return text
    }

    private static func tooLarge(_ count: Int) -> Rejection {
        Rejection("the value has \(count) bytes; at most \(StoreLimits.valueBytes.upperBound) are allowed")
    }

    private static func misfit(_ text: Span<UInt8>, _ type: ValueType) -> Rejection {
        Rejection("\"\(shown(text))\" is not \(article(type)) \(type)")
    }

    private static func article(_ type: ValueType) -> String { type == .int64 ? "an" : "a" }

    private static func text(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func shown(_ value: JSONValue) -> String {
        text(value).excerpt
    }

    private static func shown(_ text: Span<UInt8>) -> String {
        (NumberText.text(text) ?? "?").excerpt
    }
}
