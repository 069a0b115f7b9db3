/// How many requests a minute a key may make. Stored as one text: `standard`, `unlimited` or the number.
package enum Quota: Hashable, Sendable {
    /// The limits that the API documents.
    case standard
    /// So many, from 1.
    case perMinute(Int)
    /// No limit.
    case unlimited

    /// The limits that document 000 states, a minute.
    package static let documentedReads = 1000
    package static let documentedWrites = 100

    /// Whether it allows nothing that `other` does not.
    package func isWithin(_ other: Quota) -> Bool {
        switch (self, other) {
        case (_, .unlimited), (.standard, .standard): true
        case (.unlimited, _): false
        case (.perMinute(let count), .perMinute(let most)): count <= most
        // A number counts for reads and for writes alike.
        case (.perMinute(let count), .standard): count <= Self.documentedWrites
        case (.standard, .perMinute(let most)): Self.documentedReads <= most
        }
    }
}

extension Quota: RawRepresentable {
    package init?(rawValue: String) {
        switch rawValue {
        case "standard":
            self = .standard
        case "unlimited":
            self = .unlimited
        default:
            guard let count = Int(rawValue), count > 0, String(count) == rawValue else { return nil }
            self = .perMinute(count)
        }
    }

    package var rawValue: String {
        switch self {
        case .standard: "standard"
        case .perMinute(let count): String(count)
        case .unlimited: "unlimited"
        }
    }
}
