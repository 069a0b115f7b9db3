/// Why a sealed secret was not opened.
package enum SealError: Error, Hashable, Sendable {
    /// The bytes are too few to be a sealed secret.
    case malformed
    /// The secret was sealed in a way that this program does not know.
    case unknownVersion(UInt8)
    /// The bytes were changed, or sealed for another context, or with another key. Which of them cannot be told.
    case refused
}

extension SealError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .malformed:
            "the stored secret is cut off; enter it again"
        case .unknownVersion(let version):
            "the stored secret is sealed in form \(version), which this program does not know; use a newer program"
        case .refused:
            "the stored secret does not open with this key; give the key it was sealed with, or enter the secret again"
        }
    }
}
