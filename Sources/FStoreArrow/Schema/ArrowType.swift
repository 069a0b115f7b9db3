/// The type of a column's values. A column that is dictionary-encoded has the type of the values in its dictionary.
package enum ArrowType: Hashable, Sendable {
    case null
    case bool
    case integer(ArrowInteger)
    case float(ArrowFloat)
    /// Text with 32-bit offsets.
    case utf8
    /// Text with 64-bit offsets.
    case largeUTF8
    /// Text that each row points to, in any order.
    case utf8View
    case binary
    case largeBinary
    case binaryView
    case fixedSizeBinary(width: Int)
    /// Days since 1970.
    case date32
    /// Milliseconds since 1970.
    case date64
    /// Without a zone, a time counts as UTC. With one, the values are UTC too, and the zone says how to show them.
    case timestamp(ArrowTimeUnit, zone: String?)
    case list(ArrowFloat)
    case largeList(ArrowFloat)
    case fixedSizeList(ArrowFloat, count: Int)
    /// A type whose values are not read. The columns beside it are.
    case unsupported(name: String)

    /// Which accessors of ``ArrowColumn`` answer.
    package enum Kind: Hashable, Sendable {
        /// Every row is null.
        case null
        /// ``ArrowColumn/bool(at:)``
        case bool
        /// ``ArrowColumn/integer(at:)`` and ``ArrowColumn/double(at:)``
        case integer
        /// ``ArrowColumn/double(at:)``
        case float
        /// ``ArrowColumn/withBytes(at:_:)`` and ``ArrowColumn/text(at:)``
        case text
        /// ``ArrowColumn/withBytes(at:_:)``
        case bytes
        /// ``ArrowColumn/timestampNanoseconds(at:)``, and ``ArrowColumn/integer(at:)`` in the unit of the type.
        case time
        /// ``ArrowColumn/elements(at:)`` and ``ArrowColumn/appendFloats(at:to:)``
        case floats
        /// None.
        case unsupported
    }

    package var kind: Kind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer: .integer
        case .float: .float
        case .utf8, .largeUTF8, .utf8View: .text
        case .binary, .largeBinary, .binaryView, .fixedSizeBinary: .bytes
        case .date32, .date64, .timestamp: .time
        case .list, .largeList, .fixedSizeList: .floats
        case .unsupported: .unsupported
        }
    }

    /// What one row of a list consists of.
    var element: ArrowFloat? {
        switch self {
        case .list(let element), .largeList(let element), .fixedSizeList(let element, _): element
        default: nil
        }
    }

    /// How many nanoseconds one step of a time is; 0 for everything else.
    var nanosecondsPerStep: Int64 {
        switch self {
        case .date32: 86_400_000_000_000
        case .date64: 1_000_000
        case .timestamp(let unit, _): unit.nanoseconds
        default: 0
        }
    }
}

extension ArrowType: CustomStringConvertible {
    /// As Arrow's documentation writes it: `timestamp(ns, UTC)`.
    package var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .integer(let integer): "\(integer)"
        case .float(let float): "\(float)"
        case .utf8: "utf8"
        case .largeUTF8: "large_utf8"
        case .utf8View: "utf8_view"
        case .binary: "binary"
        case .largeBinary: "large_binary"
        case .binaryView: "binary_view"
        case .fixedSizeBinary(let width): "fixed_size_binary(\(width))"
        case .date32: "date32"
        case .date64: "date64"
        case .timestamp(let unit, nil): "timestamp(\(unit.symbol))"
        case .timestamp(let unit, let zone?): "timestamp(\(unit.symbol), \(zone))"
        case .list(let element): "list<\(element)>"
        case .largeList(let element): "large_list<\(element)>"
        case .fixedSizeList(let element, let count): "fixed_size_list<\(element)>[\(count)]"
        case .unsupported(let name): name
        }
    }
}
