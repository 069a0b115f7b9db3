internal import ArgumentParser
internal import FStore

/// Times on the command line and in query files: RFC 3339, or `now`.
enum TimeText {
    /// Reads a time of the command line.
    static func parse(_ text: String) throws -> Timestamp {
        if text == "now" { return .now() }
        do {
            return try Timestamp(text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
