/// How many requests a minute a key may make. Stored as one text: `standard`, `unlimited` or the number.
package enum RateQuota: Hashable, Sendable {
    /// The limits that the API documents.
    case standard
    /// So many, from 1.
    case perMinute(Int)
    /// No limit.
    case unlimited
}

extension RateQuota: RawRepresentable {
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
