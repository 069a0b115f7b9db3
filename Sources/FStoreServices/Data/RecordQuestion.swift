package import FStore

/// Which records are asked for, and in which order. A record is one value of a source: entity, event time, value.
package struct RecordQuestion: Sendable {
    /// What to sort by.
    package enum SortField: String, CaseIterable, Sendable {
        case timestamp, id, value
    }

    /// The id or the name of the source; `nil`: all sources of the organization.
    package var source: String?
    /// The first and the last event time, both included.
    package var first = Timestamp.earliest
    package var last = Timestamp.last
    /// Numbers outside are left out, and so is all that is no number; `nil`: no bound.
    package var least: Double?
    package var most: Double?
    package var sort = SortField.timestamp
    package var isDescending = true
    /// Records to pass over.
    package var offset = 0
    package var limit = 100
    /// The page goes on behind this record.
    package var after: RecordPosition?

    package init() {}

    /// Whether a value lies between the bounds.
    func isWithin(_ value: FeatureValue) -> Bool {
        if least == nil, most == nil { return true }
        let number: Double
        switch value {
        case .float64(let double): number = double
        case .int64(let integer): number = Double(integer)
        default: return false
        }
        return number >= least ?? -.infinity && number <= most ?? .infinity
    }
}

/// What a record is sorted by: all that tells it from others.
package struct RecordPosition: Hashable, Sendable {
    package let value: RecordSortValue
    package let entity: EntityID
    package let time: Timestamp
    /// The name of the feature, for sources with several columns.
    package let feature: String

    package init(value: RecordSortValue, entity: EntityID, time: Timestamp, feature: String) {
        self.value = value
        self.entity = entity
        self.time = time
        self.feature = feature
    }
}

/// What of a record decides its place. Null comes first, then truths, numbers and texts.
package enum RecordSortValue: Hashable, Comparable, Sendable {
    /// The order is that of the entity or the time alone.
    case nothing
    case null
    case bool(Int)
    case number(Double)
    /// In UTF-8: two spellings of a character are two texts.
    case text([UInt8])

    /// Long texts are told apart by their beginning.
    private static let textBytes = 256

    init(_ value: FeatureValue) {
        switch value {
        case .null: self = .null
        case .bool(let isTrue): self = .bool(isTrue ? 1 : 0)
        case .float64(let number): self = .number(number)
        case .int64(let number): self = .number(Double(number))
        case .timestamp(let time): self = .text(Array(time.description.utf8))
        case .string(let text), .json(let text): self = .text(Array(text.prefix(Self.textBytes).utf8))
        case .bytes, .vector: self = .text([])
        }
    }

    private var rank: Int {
        switch self {
        case .nothing: 0
        case .null: 1
        case .bool: 2
        case .number: 3
        case .text: 4
        }
    }

    package static func < (left: RecordSortValue, right: RecordSortValue) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): left < right
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
        default: left.rank < right.rank
        }
    }
}

/// One record.
package struct Record: Sendable {
    package let entity: EntityID
    package let source: String
    /// The column of the source.
    package let column: String
    package let time: Timestamp
    package let value: FeatureValue
    /// What else the row had, as a JSON object; `nil`: nothing.
    package let metadata: String?
}

/// A page of records.
package struct RecordPage: Sendable {
    package let records: [Record]
    /// How many there are on all pages.
    package let total: Int
    /// Where the next page begins; `nil` after the last one.
    package let next: RecordPosition?
}
