internal import ArgumentParser
internal import FStore
internal import FStoreText

/// Times on the command line: all that ``TimeReader`` reads, or `now`.
enum TimeText {
    /// Reads the time of a value.
    static func parse(_ text: String) throws -> Timestamp {
        try read(text, clamps: false)
    }

    /// Reads the bound of a question. Nothing lies beyond the years 1677 to 2262, so any year may be asked for.
    static func parseBound(_ text: String) throws -> Timestamp {
        try read(text, clamps: true)
    }

    /// Reads up to which commit a question sees. `now` is no bound: a store sees every commit that there is, also those
    /// whose commit times lie ahead of a clock that was set back.
    static func parseKnowledge(_ text: String) throws -> Timestamp {
        text == "now" ? .last : try read(text, clamps: true)
    }

    private static func read(_ text: String, clamps: Bool) throws -> Timestamp {
        if text == "now" { return .now() }
        do throws(Rejection) {
            return try .reading(text, clamps: clamps)
        } catch {
            throw ValidationError(error.reason)
        }
    }
}

/// Durations on the command line.
enum DurationArgument {
    /// Reads a duration of the command line.
    static func parse(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("\"\(text.excerpt)\" is not a duration; write 90s, 15m, 12h, 30d, 500ms or 1h30m")
        }
        return duration
    }
}

/// Types of values on the command line.
enum ValueTypeText {
    /// What other programs call the types.
    private static let aliases = [
        "float": "float64", "double": "float64", "real": "float64", "number": "float64", "float32": "float64",
        "numeric": "float64", "decimal": "float64", "int": "int64", "integer": "int64", "int32": "int64",
        "long": "int64",
        "bigint": "int64", "boolean": "bool", "str": "string", "text": "string", "varchar": "string", "object": "json",
        "datetime": "timestamp", "timestamptz": "timestamp", "date": "timestamp", "time": "timestamp",
        "binary": "bytes", "blob": "bytes", "vector": "vector(N)", "array": "vector(N)", "embedding": "vector(N)",
    ]
    private static let names = ["float64", "int64", "bool", "string", "bytes", "timestamp", "vector(N)", "json"]

    /// Reads a type of the command line.
    static func parse(_ text: String) throws -> ValueType {
        guard let type = ValueType(text) else {
            let hint = meant(text).map { "did you mean \($0)?" } ?? "the types are \(names.joined(separator: ", "))"
            throw ValidationError("\"\(text.excerpt)\" is not a type; \(hint)")
        }
        return type
    }

    /// The type that a word was most likely meant to be.
    static func meant(_ text: String) -> String? {
        let word = text.lowercased()
        if let alias = aliases[word] { return alias }
        let found = Spelling.nearest(to: word, among: names + aliases.keys.sorted())
        return found.map { aliases[$0] ?? $0 }
    }
}
