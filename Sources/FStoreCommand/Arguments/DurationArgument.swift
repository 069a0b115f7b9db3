internal import ArgumentParser
internal import FStoreText

/// Durations on the command line.
enum DurationArgument {
    /// Reads a duration of the command line.
    static func parse(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("\"\(text)\" is not a duration; write 90s, 15m, 12h, 30d, 500ms or 1h30m")
        }
        return duration
    }
}
