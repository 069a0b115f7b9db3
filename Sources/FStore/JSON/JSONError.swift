/// Why a text is not JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The byte at which it was noticed, counted from 0.
    public var offset: Int
    /// What is wrong there.
    public var reason: String

    /// A sentence with the place and what is wrong there.
    public var description: String {
        "not valid JSON at byte \(offset): \(reason)"
    }
}
