/// What the input of a load looks like.
package enum LoadFormat: String, CaseIterable, Sendable {
    /// RFC 4180 with a header.
    case csv
    /// One JSON object a line.
    case ndjson
    /// What `fstore dump` has written.
    case dump

    /// The format that the name of a file suggests.
    package static func guessed(from path: String) -> LoadFormat? {
        if path.hasSuffix(".csv") || path.hasSuffix(".tsv") { return .csv }
        if path.hasSuffix(".ndjson") || path.hasSuffix(".jsonl") { return .ndjson }
        if path.hasSuffix(".dump") { return .dump }
        return nil
    }
}
