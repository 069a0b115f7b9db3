internal import FStoreLMDB

/// Decides whether a batch may be written, before the transaction has changed anything: one that may not does not
/// touch its neighbors.
struct BatchCheck {
    private let registry: FeatureRegistry
    /// Types that batches of this group have fixed by being the first to write.
    private(set) var fixedTypes: [UInt32: ValueType] = [:]

    init(registry: FeatureRegistry) {
        self.registry = registry
    }

    /// Lets a batch in or says why not. Integers for `float64` features become numbers of that type.
    mutating func admit(_ batch: inout WriteBatch) throws(WriteError) {
        if batch.count == 0, batch.bookmarks.isEmpty {
            throw .limit(LimitError(.batchCells, allowed: StoreLimits.batchCells, given: 0))
        }
        var fixed: [UInt32: ValueType] = [:]
        for content in batch.contents {
            guard registry.rule(content.feature) != nil,
                let feature = registry.feature(number: content.feature.number)
            else { throw .unknownFeature }
            if let type = feature.type ?? fixedTypes[content.feature.number] {
                try check(&batch, content, feature, type)
            } else if let type = Self.firstType(batch, content.feature) {
                fixed[content.feature.number] = type
                try check(&batch, content, feature, type)
            }
        }
        fixedTypes.merge(fixed) { first, _ in first }
    }

    private static func firstType(_ batch: borrowing WriteBatch, _ feature: FeatureHandle) -> ValueType? {
        for index in 0..<batch.count where batch.cells.key(index).bigEndian(at: 0, as: UInt32.self) == feature.number {
            if let type = type(batch, index) { return type }
        }
        return nil
    }

    private static func type(_ batch: borrowing WriteBatch, _ index: Int) -> ValueType? {
        let value = batch.cells.value(index)
        return Tag(stored: value.byte(at: 0))?.type(payloadBytes: value.byteCount - 1)
    }

    /// Most batches pass by their tags alone; the cells are looked at when one of them may not fit.
    private func check(
        _ batch: inout WriteBatch,
        _ content: WriteBatch.Content,
        _ feature: Feature,
        _ expected: ValueType
    ) throws(WriteError) {
        let untyped = Self.bit(.tombstone) | Self.bit(.null)
        let fitting = Self.tags(of: expected).reduce(untyped) { $0 | Self.bit($1) }
        var fits = content.tags & ~fitting == 0
        if case .vector(let dimension) = expected, let dimensions = content.dimensions {
            fits = fits && dimensions == dimension...dimension
        }
        if fits { return }
        for index in 0..<batch.count
        where batch.cells.key(index).bigEndian(at: 0, as: UInt32.self) == content.feature.number {
            guard let given = Self.type(batch, index), given != expected else { continue }
            if expected == .float64, given == .int64 {
                try batch.cells.convertToFloat64(index, featureName: feature.name)
            } else {
                throw .wrongType(feature: feature.name, expected: expected, given: given, cell: index)
            }
        }
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

extension CellArena {
    /// Turns an integer into the number of the same value; both take eight bytes.
    mutating func convertToFloat64(_ index: Int, featureName: String) throws(WriteError) {
        let integer = value(index).littleEndian(at: 1, as: Int64.self)
        guard integer.magnitude <= 1 << 53 else {
            throw .inexactInteger(feature: featureName, value: integer, cell: index)
        }
        let start = cells[index].valueStart
        arena.patch(littleEndian: Tag.float64.rawValue, at: start)
        arena.patch(littleEndian: Double(integer).bitPattern, at: start + 1)
    }
}
