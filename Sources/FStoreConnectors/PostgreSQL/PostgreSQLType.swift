package import FStore

/// What the values of a column of PostgreSQL become.
package enum PostgreSQLType: Hashable, Sendable {
    case bool, int64, float64
    /// A decimal number, which is taken where a double keeps its digits.
    case decimal
    case string
    case timestamp
    case json
    /// Numbers; how many shows the first value.
    case vector
    /// Texts or truths, as JSON.
    case array
    /// Nothing that a feature could be. The text says what to write instead.
    case refused(String)

    /// - Parameter type: the number in the server's catalog. Those of the built-in types never change.
    package init(_ type: UInt32) {
        switch type {
        case 16: self = .bool
        case 20, 21, 23, 26: self = .int64
        case 700, 701: self = .float64
        case 1700: self = .decimal
        case 1114, 1184: self = .timestamp
        case 114, 3802: self = .json
        case 1021, 1022, 1005, 1007, 1016, 1231: self = .vector
        case 1000, 1009, 1015, 2951: self = .array
        case 17: self = .refused("bytea; write encode(column, 'base64')")
        case 1186: self = .refused("interval; write extract(epoch FROM column)")
        case 790: self = .refused("money; write column::numeric")
        case 1083, 1266: self = .refused("time; write extract(epoch FROM column)")
        // Texts, dates, UUIDs, and whatever an extension or a user has made, in the form that the server writes.
        default: self = .string
        }
    }

    /// The type of a feature of such values; `nil` when the values have to show how many numbers there are.
    package var valueType: ValueType? {
        switch self {
        case .bool: .bool
        case .int64: .int64
        case .float64, .decimal: .float64
        case .string: .string
        case .timestamp: .timestamp
        case .json, .array: .json
        case .vector, .refused: nil
        }
    }

    /// The column as it is copied: arrays in the form of JSON.
    package func projection(_ quoted: String) -> String {
        self == .vector || self == .array ? "to_json(\(quoted)) AS \(quoted)" : quoted
    }
}
