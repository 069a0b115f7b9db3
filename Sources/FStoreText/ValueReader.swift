package import FStore

/// Values of a known type, from text and from JSON. Everything that a store would refuse is refused here, so that one
/// bad row does not spoil its batch.
package enum ValueReader {
    /// The value that `text` is in a feature of `type`.
    package static func read(_ text: Span<UInt8>, as type: ValueType) throws(Rejection) -> FeatureValue {
        switch type {
        case .float64: return .float64(try double(text))
        case .int64:
            guard let number = NumberText.integer(text) else { throw misfit(text, type) }
            return .int64(number)
        default:
            guard let owned = NumberText.text(text) else { throw Rejection("a value is not valid UTF-8") }
            return try read(owned, as: type)
        }
    }

    /// Integers beyond 2^53 would lose digits, and are refused as the engine refuses them.
    private static func double(_ text: Span<UInt8>) throws(Rejection) -> Double {
        guard let number = NumberText.double(text) else { throw misfit(text, .float64) }
        guard number.isFinite else { throw Rejection("\(number) cannot be stored; numbers must be finite") }
        if number.magnitude >= 0x1p53, NumberText.integer(text).map({ $0.magnitude > 1 << 53 }) ?? false {
            throw Rejection("the integer \(shown(text)) lies beyond 2^53 and would lose digits in a float64 feature")
        }
        return number
    }

    private static func read(_ text: String, as type: ValueType) throws(Rejection) -> FeatureValue {
        switch type {
        case .bool:
            switch text {
            case "true", "True", "TRUE", "1": return .bool(true)
            case "false", "False", "FALSE", "0": return .bool(false)
            default: throw misfit(text.utf8Span.span, type)
            }
        case .string: return .string(try bounded(text))
        case .bytes:
            guard let bytes = Base64.bytes(text) else { throw Rejection("a value is not base64") }
            if !StoreLimits.valueBytes.contains(bytes.count) { throw tooLarge(bytes.count) }
            return .bytes(bytes)
        case .timestamp:
            do throws(TimestampError) { return .timestamp(try Timestamp(text)) } catch {
                throw Rejection(error.description)
            }
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
                throw Rejection("a vector has \(elements.count) elements where \(type) is expected")
            }
            return .vector(try floats(elements))
        }
        throw Rejection("the JSON \(shown(value)) does not fit \(type)")
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
                throw Rejection("a vector holds \(shown(element)), which is no number")
            }
            guard float.isFinite else { throw Rejection("\(digits) is too large for an element of a vector") }
            floats.append(float)
        }
        return floats
    }

    private static func bounded(_ text: String) throws(Rejection) -> String {
        if !StoreLimits.valueBytes.contains(text.utf8.count) { throw tooLarge(text.utf8.count) }
        return text
    }

    private static func tooLarge(_ count: Int) -> Rejection {
        Rejection("a value has \(count) bytes; \(StoreLimits.valueBytes.upperBound) are allowed")
    }

    private static func misfit(_ text: Span<UInt8>, _ type: ValueType) -> Rejection {
        Rejection("\"\(shown(text))\" is not \(type == .int64 ? "an" : "a") \(type)")
    }

    private static func text(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func shown(_ value: JSONValue) -> String {
        String(text(value).prefix(60))
    }

    private static func shown(_ text: Span<UInt8>) -> String {
        String((NumberText.text(text) ?? "?").prefix(60))
    }
}
