/// The integers of Arrow.
package enum ArrowInteger: UInt8, Hashable, Sendable, CaseIterable {
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64

    /// `nil` for a width that Arrow does not have.
    init?(bitWidth: Int32, isSigned: Bool) {
        guard let found = Self.allCases.first(where: { $0.bitWidth == bitWidth && $0.isSigned == isSigned }) else {
            return nil
        }
        self = found
    }

    var bitWidth: Int32 {
        switch self {
        case .int8, .uint8: 8
        case .int16, .uint16: 16
        case .int32, .uint32: 32
        case .int64, .uint64: 64
        }
    }

    var isSigned: Bool { rawValue <= Self.int64.rawValue }
}
