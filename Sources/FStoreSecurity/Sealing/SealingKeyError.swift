/// Why there is no key to seal secrets with.
package enum SealingKeyError: Error, Hashable, Sendable {
    /// The text given is not 64 hexadecimal digits.
    case malformed
    /// The file holds something else than 64 hexadecimal digits.
    case malformedFile(String)
    /// Others than the owner may read or change the file. The mode is the one of `chmod`.
    case openToOthers(file: String, mode: UInt32)
    /// The path names something that is not a regular file.
    case notAFile(String)
    /// The system refused.
    case system(file: String, reason: String)
}

extension SealingKeyError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .malformed:
            "the key for sealing secrets must have 64 hexadecimal digits"
        case .malformedFile(let file):
            "\(file) does not hold 64 hexadecimal digits; restore it: without it no stored secret can be read"
        case .openToOthers(let file, let mode):
            "others may use \(file), whose mode is \(String(mode, radix: 8)); run: chmod 600 \(file)"
        case .notAFile(let file):
            "\(file) is not a regular file"
        case .system(let file, let reason):
            "\(file) cannot be used: \(reason)"
        }
    }
}
