/// What a feature's values are. Fixed when the feature is defined, or by the first value that is written.
public enum ValueType: Hashable, Sendable {
    /// A finite double-precision number.
    case float64
    /// A signed 64-bit integer.
    case int64
    /// True or false.
    case bool
    /// UTF-8 text.
    case string
    /// Any bytes.
    case bytes
    /// A moment.
    case timestamp
    /// Finite single-precision numbers, always this many: 1 to 16 384 (``StoreLimits/vectorDimension``).
    case vector(dimension: Int)
    /// A JSON text (RFC 8259), kept without insignificant white space.
    case json
}

extension ValueType: CustomStringConvertible {
    /// The name used in text and JSON: `float64`, …, `vector(128)`.
    public var description: String {
        switch self {
        case .float64: "float64"
        case .int64: "int64"
        case .bool: "bool"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .vector(let dimension): "vector(\(dimension))"
        case .json: "json"
        }
    }

    /// Reads the name that ``description`` writes. `nil` for anything else.
    public init?(_ text: String) {
        switch text {
        case "float64": self = .float64
        case "int64": self = .int64
        case "bool": self = .bool
        case "string": self = .string
        case "bytes": self = .bytes
        case "timestamp": self = .timestamp
        case "json": self = .json
        default:
            guard text.hasPrefix("vector("), text.hasSuffix(")"),
                let dimension = Int(text.dropFirst(7).dropLast()), StoreLimits.vectorDimension.contains(dimension)
            else { return nil }
            self = .vector(dimension: dimension)
        }
    }
}
