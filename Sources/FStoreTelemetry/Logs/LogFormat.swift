/// How a log line looks.
package enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message, `key=value`.
    case plain
    /// For programs: one JSON object a line.
    case json
}
