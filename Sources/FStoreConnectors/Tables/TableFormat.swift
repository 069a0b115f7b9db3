/// How a table is written when it travels.
package enum TableFormat: CaseIterable, Sendable {
    /// An Arrow IPC stream.
    case arrow
    /// RFC 4180 with a header.
    case csv
    /// One JSON object on each line.
    case ndjson
    /// One JSON object: for each column an array.
    case json

    package var mediaType: String {
        switch self {
        case .arrow: "application/vnd.apache.arrow.stream"
        case .csv: "text/csv"
        case .ndjson: "application/x-ndjson"
        case .json: "application/json"
        }
    }

    package init?(mediaType: String) {
        guard let format = Self.allCases.first(where: { $0.mediaType == mediaType }) else { return nil }
        self = format
    }
}
