internal import FStore

/// What a load takes from each row.
struct LoadColumns {
    /// One feature that is filled.
    struct Target {
        var column: String
        var handle: FeatureHandle
        /// `nil` until the first value of an NDJSON file decides.
        var type: ValueType?
    }

    /// Their texts, joined, name the entity.
    var entity: [String]
    var entitySeparator: String
    var time: String
    var timeUnit: TimeUnit
    var targets: [Target]
    /// Cells with one of these texts hold no value.
    var missing: [[UInt8]]
    /// Whether such cells are written as null; else they are passed over.
    var missingIsNull: Bool

    /// Whether a cell with this text holds no value.
    func isMissing(_ text: Span<UInt8>) -> Bool {
        for candidate in missing where candidate.count == text.count {
            var isEqual = true
            for index in text.indices where text[index] != candidate[index] {
                isEqual = false
                break
            }
            if isEqual { return true }
        }
        return false
    }

    /// Whether a member with this text holds no value.
    func isMissing(_ text: String) -> Bool {
        missing.contains { $0.elementsEqual(text.utf8) }
    }
}
