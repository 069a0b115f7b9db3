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
        for index in 0..<batch.count where batch.cells.number(index) == feature.number {
            if let type = batch.cells.type(index) { return type }
        }
        return nil
    }

    /// Most batches pass by what was noted while they were filled; the cells are looked at when one may not fit.
    private func check(
        _ batch: inout WriteBatch,
        _ content: CellContent,
        _ feature: Feature,
        _ expected: ValueType
    ) throws(WriteError) {
        if content.fits(expected) { return }
        for index in 0..<batch.count where batch.cells.number(index) == content.feature.number {
            guard let given = batch.cells.type(index), given != expected else { continue }
            if expected == .float64, given == .int64 {
                try batch.cells.convertToFloat64(index, featureName: feature.name)
            } else {
                throw .wrongType(feature: feature.name, expected: expected, given: given, cell: index)
            }
        }
    }
}
