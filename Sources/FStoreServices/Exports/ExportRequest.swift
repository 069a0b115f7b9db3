package import FStore
internal import FStoreText

/// What an export has.
package struct ExportRequest: Hashable, Sendable {
    package enum Format: String, CaseIterable, Sendable {
        case csv, json, ndjson
    }

    package enum Column: String, CaseIterable, Sendable {
        case id, source, column, timestamp, value, metadata
    }

    package var format: Format
    package var columns: [Column]
    /// The id or the name of the source; `nil`: all.
    package var source: String?
    package var first = Timestamp.earliest
    package var last = Timestamp.last
    package var least: Double?
    package var most: Double?
    /// Whether texts that a spreadsheet would run stand as they are; else with an apostrophe before them.
    package var isRaw = false

    package init(format: Format, columns: [Column]) {
        self.format = format
        self.columns = columns
    }

    /// As the catalog keeps it.
    var text: String {
        var object = JSONObjectText()
        object.add("format", format.rawValue)
        object.add("columns", columns.map(\.rawValue))
        object.add("source", source)
        object.add("first", first.nanoseconds)
        object.add("last", last.nanoseconds)
        if let least { object.add("least", least) }
        if let most { object.add("most", most) }
        object.add("raw", isRaw)
        return String(decoding: object.bytes, as: UTF8.self)
    }

    /// Reads what ``text`` has written.
    init?(_ text: String) {
        guard let object = try? JSONValue(text.utf8), case .string(let format) = object["format"],
            let format = Format(rawValue: format), case .array(let names) = object["columns"]
        else { return nil }
        func number(_ name: String) -> Double? {
            if case .number(let digits) = object[name] { Double(digits) } else { nil }
        }
        func time(_ name: String) -> Timestamp? {
            guard case .number(let digits) = object[name] else { return nil }
            return Int64(digits).map { Timestamp(nanoseconds: $0) }
        }
        self.init(
            format: format,
            columns: names.compactMap { name in
                if case .string(let name) = name { Column(rawValue: name) } else { nil }
            }
        )
        if case .string(let source) = object["source"] { self.source = source }
        first = time("first") ?? first
        last = time("last") ?? last
        (least, most) = (number("least"), number("most"))
        isRaw = object["raw"] == .bool(true)
    }

    /// The same as a question for records.
    var question: RecordQuestion {
        var question = RecordQuestion()
        (question.source, question.first, question.last) = (source, first, last)
        (question.least, question.most) = (least, most)
        return question
    }
}
