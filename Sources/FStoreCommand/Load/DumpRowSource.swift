internal import FStore
internal import FStoreText

/// Lines that `fstore dump` has written: definitions of features, then one line a cell.
struct DumpRowSource: RowSource, ~Copyable {
    private var reader: LineReader
    private let times = TimeReader(unit: .rfc3339)
    private let catalog: DumpCatalog

    init(_ reader: consuming LineReader, catalog: DumpCatalog) {
        self.reader = reader
        self.catalog = catalog
    }

    var nextOffset: Int { reader.nextOffset }
    var nextLine: Int { reader.line }
    var line: Int { reader.line }
    var rawRow: [UInt8] { Array(reader.bytes) }

    mutating func skip(to offset: Int, line: Int) throws {
        try reader.skip(to: offset, line: line)
    }

    mutating func next(into row: inout LoadRow) throws -> Bool {
        while try reader.next() {
            let object = try JSONLine.object(reader.bytes)
            if object["define"] != nil {
                try catalog.define(object)
                continue
            }
            let target = try catalog.target(try text(object, "feature"))
            try row.setEntity(try text(object, "entity"))
            row.time = try times.read(text(object, "event_time").utf8Span.span)
            guard let member = object["value"] else { throw Rejection("the member \"value\" is missing") }
            let value =
                if let type = target.type { try ValueReader.read(member, as: type) } else {
                    try ValueReader.read(member)
                }
            if target.type == nil, let type = value.type { catalog.decide(type, for: target.name) }
            row.cells.removeAll(keepingCapacity: true)
            row.cells.append((target.handle, value))
            return true
        }
        return false
    }

    private func text(_ object: JSONValue, _ name: String) throws(Rejection) -> String {
        guard case .string(let text) = object[name] else { throw Rejection("the member \"\(name)\" is no text") }
        return text
    }
}
