internal import FStore
internal import FStoreConnectors
internal import FStoreWire
internal import HTTPTypes
internal import NIOCore

/// Tables in the bodies of requests.
enum TableBody {
    /// A JSON body is read as a whole: this many bytes at most. The other formats have no end.
    private static let maxJSONBytes = 33_554_432

    static func rule(_ schema: Schema, example: String, csv: String, ndjson: String) -> RequestBody {
        var rule = RequestBody.json(
            schema,
            example: example,
            maxBytes: maxJSONBytes,
            alsoTaking: TableFormat.allCases.filter { $0 != .json }.map(\.mediaType)
        )
        rule.textExamples = [TableFormat.csv.mediaType: csv, TableFormat.ndjson.mediaType: ndjson]
        return rule
    }

    /// The format of the body.
    static func format(of call: Call) throws(APIError) -> TableFormat {
        guard let type = call.streamType else { return .json }
        guard let format = TableFormat(mediaType: type) else { throw .internalError() }
        return format
    }

    /// The format of the answer: what `Accept` wants most, else that of the body.
    static func answerFormat(_ call: Call, body: TableFormat) throws(APIError) -> TableFormat {
        var best: (format: TableFormat, weight: Double)?
        var isAny = call.headers[values: .accept].isEmpty
        for element in WeightedElement.all(in: call.headers[values: .accept].joined(separator: ",")) {
            if element.weight <= 0 { continue }
            if let format = TableFormat(mediaType: String(element.name)) {
                if element.weight > best?.weight ?? 0 { best = (format, element.weight) }
            } else if element.name == "*/*" || element.name == "application/*" && body != .csv {
                isAny = true
            }
        }
        if let best { return best.format }
        if isAny { return body }
        let types = TableFormat.allCases.map(\.mediaType).joined(separator: ", ")
        throw APIError(status: 406, code: .notAcceptable, message: "Accept must name one of \(types)")
    }

    /// Reads the body block by block.
    ///
    /// - Parameters:
    ///   - rows: the columns of a JSON body.
    ///   - blockRows: rows of a block, at most.
    ///   - held: bytes that whoever takes the blocks holds.
    static func read(
        _ call: Call,
        _ format: TableFormat,
        rows: [JSONMember]?,
        blockRows: Int,
        held: () -> Int,
        _ each: (TableBlock) async throws -> Void
    ) async throws {
        let reader = try TableReader(
            format,
            blockRows: blockRows,
            mostMessageBytes: call.maxMessageBytes,
            columns: rows ?? []
        )
        if let stream = call.stream, format != .json {
            var chunks = stream.reader()
            var received = 0
            while let chunk = try await chunks.next() {
                received += chunk.readableBytes
                reader.append(chunk.readableBytesUInt8Span)
                try call.bytes?.receive(held: reader.heldBytes + held(), received: received)
                // Others get their turn between two chunks.
                await Task.yield()
                while let block = try reader.next() {
                    try await each(block)
                    try call.bytes?.receive(held: reader.heldBytes + held(), received: received)
                }
            }
        }
        reader.finish()
        while let block = try reader.next() { try await each(block) }
    }

    /// What is wrong with a table, as an error of the request.
    static func refusal(_ problem: TableProblem) -> APIError {
        if problem.isTooLarge { return .bodyTooLarge(nil, "the table cannot be read: \(problem.reason)") }
        if problem.row == nil, problem.column == nil {
            return .malformed("the table cannot be read: \(problem.reason)")
        }
        return .invalid([Self.problem(problem)])
    }

    /// The same as a problem of a field.
    static func problem(_ problem: TableProblem) -> FieldProblem {
        let place = problem.row.map { "rows[\($0)]" }
        let field = [place, problem.column].compactMap { $0 }.joined(separator: ".")
        return FieldProblem(field: field, reason: problem.reason, index: problem.row)
    }

    /// Names of one list in the query: as many as a table has columns.
    static let mostNames = 10_000

    /// The names of a list in the query, decoded, in order; none of an empty text.
    static func names(_ raw: String, _ field: String) throws(APIError) -> [String] {
        if raw.isEmpty { return [] }
        var list = EntityListText(most: mostNames)
        try list.read(query: raw.utf8Span.span, field: field)
        return (0..<list.count).map { String(decoding: list.bytes[list.range($0)], as: UTF8.self) }
    }
}
