package import FStore
package import FStoreText

/// What a load takes from each row: which columns name the entity, tell the event time and hold values.
package struct RowMapping {
    /// Their texts, joined, name the entity.
    package var entity: [String]
    package var entitySeparator = ":"
    package var time: String
    package var timeUnit = TimeUnit.rfc3339
    /// The zone of times that are written without an offset; `nil` is UTC.
    package var timeZone: TimeZoneRules?
    /// The event time of rows that have none; `nil`: such rows are rejected.
    package var defaultTime: Timestamp?
    /// The features to fill.
    package var targets: [LoadTarget]
    /// Texts that stand for no value; `nil` leaves it to the format.
    package var missing: [String]?
    /// Whether such cells are written as null; else they are passed over.
    package var missingIsNull = false
    /// Whether null in JSON is no value: the table that the lines were made of has no other way to leave one out.
    package var nullIsMissing = false
    /// Whether a JSON object must have all of the members and no other.
    package var isExact = false
    /// What each row must be like besides.
    package var rules = RowRules()
    /// The feature, of type `json`, that takes an object of the columns that are neither entity, time nor value; `nil`:
    /// they are passed over. It is the last of the targets.
    package var metadata: LoadTarget?
    /// Whether a quoted field of CSV is always a value, whatever stands in the quotes.
    package var quotedIsValue = false

    /// All features that rows fill.
    var allTargets: [LoadTarget] { metadata.map { targets + [$0] } ?? targets }

    package init(entity: [String], time: String, targets: [LoadTarget]) {
        self.entity = entity
        self.time = time
        self.targets = targets
    }
}

/// Texts that stand for no value.
struct MissingTexts {
    private let texts: [[UInt8]]

    init(_ texts: [String]) {
        self.texts = texts.map { Array($0.utf8) }
    }

    /// What stands for no value in CSV unless something else was said: the empty text, and the one that R writes.
    ///
    /// A text may be either of them: `NA` is a country, and what is empty was perhaps emptied.
    static func standard(for type: ValueType?) -> MissingTexts {
        MissingTexts(type == .string ? [] : ["", "NA"])
    }

    /// Whether a cell with this text holds no value.
    func contains(_ text: Span<UInt8>) -> Bool {
        for candidate in texts where candidate.count == text.count {
            var isEqual = true
            for index in text.indices where text[index] != candidate[index] {
                isEqual = false
                break
            }
            if isEqual { return true }
        }
        return false
    }
}
