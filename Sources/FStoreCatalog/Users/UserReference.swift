internal import GRDB

/// Which user a request or a command means: by the number or by the public id.
package enum UserReference: Hashable, Sendable {
    case number(Int64)
    /// `usr_…`
    case publicID(String)

    private static let largestNumber: Int64 = 1 << 53 - 1
    private static let maxBytes = 64

    /// `nil` for a text that is neither.
    package init?(_ text: String) {
        if let number = Int64(text), String(number) == text, (1...Self.largestNumber).contains(number) {
            self = .number(number)
        } else if text.hasPrefix("usr_"), text.utf8.count <= Self.maxBytes, text.utf8.allSatisfy({ $0 > 0x20 }) {
            self = .publicID(text)
        } else {
            return nil
        }
    }

    var column: String {
        switch self {
        case .number: "id"
        case .publicID: "public_id"
        }
    }

    var value: any DatabaseValueConvertible {
        switch self {
        case .number(let number): number
        case .publicID(let text): text
        }
    }
}
