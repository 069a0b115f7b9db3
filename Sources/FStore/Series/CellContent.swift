internal import FStoreLMDB

/// What a batch has for one feature: enough to tell for most batches whether every cell fits the feature's type,
/// without a look at each cell.
struct CellContent {
    let feature: FeatureHandle
    /// A bit for each tag that occurs.
    private var tags: UInt16 = 0
    /// Of the vectors that occur.
    private var dimensions: ClosedRange<Int>?

    init(_ feature: FeatureHandle) {
        self.feature = feature
    }

    /// Notes a cell by its tag and payload.
    mutating func note(_ storedValue: RawSpan) {
        guard let tag = Tag(stored: storedValue.byte(at: 0)) else { return }
        tags |= Self.bit(tag)
        if tag == .vector {
            let dimension = (storedValue.byteCount - 1) / 4
            let noted = dimensions ?? dimension...dimension
            dimensions = min(noted.lowerBound, dimension)...max(noted.upperBound, dimension)
        }
    }

    /// Whether all cells that were noted have values of `type`. Tombstones and nulls fit every type.
    func fits(_ type: ValueType) -> Bool {
        let fitting = Self.tags(of: type).reduce(Self.bit(.tombstone) | Self.bit(.null)) { $0 | Self.bit($1) }
        if tags & ~fitting != 0 { return false }
        if case .vector(let dimension) = type, let dimensions { return dimensions == dimension...dimension }
        return true
    }

    private static func bit(_ tag: Tag) -> UInt16 {
        1 << UInt16(tag.rawValue & 0xF)
    }

    private static func tags(of type: ValueType) -> [Tag] {
        switch type {
        case .float64: [.float64]
        case .int64: [.int64]
        case .bool: [.false, .true]
        case .string: [.string]
        case .bytes: [.bytes]
        case .timestamp: [.timestamp]
        case .vector: [.vector]
        case .json: [.json]
        }
    }
}
