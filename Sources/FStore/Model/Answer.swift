/// What a lookup found.
public enum Status: UInt8, Hashable, Sendable {
    /// A value.
    case present
    /// Null was written: the value is known not to exist.
    case null
    /// No cell answers the question.
    case missing
    /// The cell is older than the feature's ttl, counted from the time asked for. Its value is not given.
    case expired
}

extension Status: CustomStringConvertible {
    /// `PRESENT`, `NULL`, `MISSING` or `EXPIRED`.
    public var description: String {
        switch self {
        case .present: "PRESENT"
        case .null: "NULL"
        case .missing: "MISSING"
        case .expired: "EXPIRED"
        }
    }
}

/// The answer to one lookup, owned by the program.
public struct Answer: Hashable, Sendable {
    /// What was found.
    public var status: Status
    /// The value, when the status is ``Status/present``.
    public var value: FeatureValue?
    /// The event time of the cell, unless the status is ``Status/missing``.
    public var eventTime: Timestamp?
    /// The commit time of the cell, unless the status is ``Status/missing``.
    public var commitTime: Timestamp?

    /// An answer put together by the program, for its own tests say.
    public init(
        status: Status,
        value: FeatureValue? = nil,
        eventTime: Timestamp? = nil,
        commitTime: Timestamp? = nil
    ) {
        self.status = status
        self.value = value
        self.eventTime = eventTime
        self.commitTime = commitTime
    }

    /// No cell answers the question.
    public static let missing = Answer(status: .missing)
}

/// One value of a history: what was true from its event time on.
public struct HistoryEntry: Hashable, Sendable {
    /// When it became true.
    public var eventTime: Timestamp
    /// When the store learned it.
    public var commitTime: Timestamp
    /// The value; ``FeatureValue/null`` when null was written.
    public var value: FeatureValue

    /// An entry put together by the program, for its own tests say.
    public init(eventTime: Timestamp, commitTime: Timestamp, value: FeatureValue) {
        self.eventTime = eventTime
        self.commitTime = commitTime
        self.value = value
    }
}
