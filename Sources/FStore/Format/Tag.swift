/// The first byte of a stored value: format version 1 in the high half, the kind in the low half.
///
/// | tag | kind | payload |
/// |---|---|---|
/// | 10 | tombstone | – |
/// | 11 | float64 | 8 bytes, IEEE 754, LE |
/// | 12 | int64 | 8 bytes, LE |
/// | 13, 14 | false, true | – |
/// | 15 | string | UTF-8 |
/// | 16 | json | minified JSON |
/// | 17 | vector | float32 LE each |
/// | 18 | (kept for packed cells) | |
/// | 19 | null | – |
/// | 1A | bytes | as they are |
/// | 1B | timestamp | 8 bytes, nanoseconds, LE |
@usableFromInline
enum Tag: UInt8 {
    case tombstone = 0x10
    case float64 = 0x11
    case int64 = 0x12
    case `false` = 0x13
    case `true` = 0x14
    case string = 0x15
    case json = 0x16
    case vector = 0x17
    case null = 0x19
    case bytes = 0x1A
    case timestamp = 0x1B

    /// Written out: the compiler's own `init(rawValue:)` is a call for every value that is read.
    @inline(__always)
    init?(stored byte: UInt8) {
        switch byte {
        case 0x10: self = .tombstone
        case 0x11: self = .float64
        case 0x12: self = .int64
        case 0x13: self = .false
        case 0x14: self = .true
        case 0x15: self = .string
        case 0x16: self = .json
        case 0x17: self = .vector
        case 0x19: self = .null
        case 0x1A: self = .bytes
        case 0x1B: self = .timestamp
        default: return nil
        }
    }

    /// Whether a payload may have this length: the last guard before a value is served.
    func accepts(payloadBytes count: Int) -> Bool {
        switch self {
        case .tombstone, .null, .false, .true: count == 0
        case .float64, .int64, .timestamp: count == 8
        case .vector: count > 0 && count % 4 == 0
        case .string, .json, .bytes: true
        }
    }

    /// The type that a value with this tag and payload has. `nil` for tombstones and null, which fit every type.
    func type(payloadBytes count: Int) -> ValueType? {
        switch self {
        case .tombstone, .null: nil
        case .float64: .float64
        case .int64: .int64
        case .false, .true: .bool
        case .string: .string
        case .json: .json
        case .vector: .vector(dimension: count / 4)
        case .bytes: .bytes
        case .timestamp: .timestamp
        }
    }
}
