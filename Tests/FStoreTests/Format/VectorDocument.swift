import FStoreTestSupport
import Testing

/// The test vectors of `docs/on-disk-format.md`: every block that is fenced with ```` ```vectors <kind> ````.
struct VectorDocument {
    /// One block: its first line names the columns.
    struct Table {
        var kind: String
        var rows: [VectorRow]
    }

    let tables: [Table]

    init() throws {
        tables = try Self.tables(in: Repository.text(of: "docs/on-disk-format.md"))
    }

    func rows(_ kind: VectorKind) throws -> [VectorRow] {
        try #require(tables.first { $0.kind == kind.rawValue }, "the document has no vectors \(kind)").rows
    }

    private static func tables(in text: String) -> [Table] {
        var tables: [Table] = []
        var columns: [String]?
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```vectors ") {
                tables.append(Table(kind: String(line.dropFirst(11)), rows: []))
                (isInside, columns) = (true, nil)
            } else if line.hasPrefix("```") {
                isInside = false
            } else if isInside, let columns {
                tables[tables.count - 1].rows.append(VectorRow(columns: columns, cells: cells(line)))
            } else if isInside {
                columns = cells(line)
            }
        }
        return tables
    }

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "|", omittingEmptySubsequences: false)
            .map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
    }
}

/// What the document has vectors of. The test switches over them, so that a new kind does not go untested.
enum VectorKind: String, CaseIterable {
    case checksum
    case invertedTime = "inverted-time"
    case historyKey = "history-key"
    case historyValue = "history-value"
    case latestKey = "latest-key"
    case latestValue = "latest-value"
    case featureRecord = "feature-record"
    case meta
}
