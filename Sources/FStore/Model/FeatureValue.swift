/// One value of a feature, owned by the program.
public enum FeatureValue: Hashable, Sendable {
    /// Known to have no value. Unlike a deleted value, it is an answer.
    case null
    /// A finite double-precision number.
    case float64(Double)
    /// A signed 64-bit integer. Into a `float64` feature only up to 2^53 either side of zero, where no digit is lost.
    case int64(Int64)
    /// True or false.
    case bool(Bool)
    /// UTF-8 text.
    case string(String)
    /// Any bytes.
    case bytes([UInt8])
    /// A moment.
    case timestamp(Timestamp)
    /// Finite single-precision numbers.
    case vector([Float])
    /// A JSON text (RFC 8259). White space outside of strings is dropped when it is stored.
    case json(String)

    /// The type that a feature takes when this is the first value written to it. `nil` for ``null``.
    public var type: ValueType? {
        switch self {
        case .null: nil
        case .float64: .float64
        case .int64: .int64
        case .bool: .bool
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .vector(let elements): .vector(dimension: elements.count)
        case .json: .json
        }
    }
}

/// The value as a type of Swift; `nil` when it is of another type.
extension FeatureValue {
    /// A `float64`, or an `int64` that a double holds without losing digits.
    public var double: Double? {
        switch self {
        case .float64(let number): number
        case .int64(let number): Double(exactly: number)
        default: nil
        }
    }

    /// An `int64`.
    public var int: Int? {
        if case .int64(let number) = self { Int(exactly: number) } else { nil }
    }

    /// A `bool`.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The text of a `string`.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A `bytes`.
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// A `timestamp`.
    public var timestamp: Timestamp? {
        if case .timestamp(let moment) = self { moment } else { nil }
    }

    /// The elements of a `vector`.
    public var vector: [Float]? {
        if case .vector(let elements) = self { elements } else { nil }
    }

    /// The text of a `json`.
    public var json: String? {
        if case .json(let text) = self { text } else { nil }
    }
}
