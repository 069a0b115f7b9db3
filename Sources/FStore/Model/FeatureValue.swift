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
