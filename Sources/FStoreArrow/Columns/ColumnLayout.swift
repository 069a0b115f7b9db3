/// How the values of a column lie in its buffers. Several types share a layout.
@usableFromInline
enum ColumnLayout: UInt8, Sendable {
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64
    case float16, float32, float64
    case null
    case bool
    /// Texts or bytes that lie one behind the other; 32-bit offsets say where each begins.
    case offsets32
    case offsets64
    /// Texts or bytes that each row points to.
    case views
    case fixedBytes
    case list32
    case list64
    case fixedList
    case dictionary
    case unsupported

    init(of field: ArrowField) {
        switch field.type {
        case .unsupported: self = .unsupported
        case _ where field.dictionary != nil: self = .dictionary
        case .null: self = .null
        case .bool: self = .bool
        case .integer(let integer): self.init(integer)
        case .float(.float16): self = .float16
        case .float(.float32): self = .float32
        case .float(.float64): self = .float64
        case .utf8, .binary: self = .offsets32
        case .largeUTF8, .largeBinary: self = .offsets64
        case .utf8View, .binaryView: self = .views
        case .fixedSizeBinary: self = .fixedBytes
        case .date32: self = .int32
        case .date64, .timestamp: self = .int64
        case .list: self = .list32
        case .largeList: self = .list64
        case .fixedSizeList: self = .fixedList
        }
    }

    init(_ integer: ArrowInteger) {
        switch integer {
        case .int8: self = .int8
        case .int16: self = .int16
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .uint16: self = .uint16
        case .uint32: self = .uint32
        case .uint64: self = .uint64
        }
    }

    /// Bytes of one value in the values' buffer; of one offset, where there are offsets; 0 where it depends on the
    /// type.
    var width: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32, .offsets32, .list32: 4
        case .int64, .uint64, .float64, .offsets64, .list64: 8
        case .views: 16
        case .null, .bool, .fixedBytes, .fixedList, .dictionary, .unsupported: 0
        }
    }
}
