internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes
internal import NIOCore

/// Records of sources (document 001).
struct DataRoutes: Sendable {
    let data: DataService

    var operations: [Operation] { [query] }

    private var query: Operation {
        Operation(
            "queryData",
            .post,
            "/api/v1/data/query",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "Ask for records of sources",
            description: """
                A record is one value that a source has brought: entity, event time, value, and in `metadata` the \
                other columns of its row. Pages reach the first 100 000 records; behind them, go on with `next_cursor`.
                """,
            body: .json(
                DataSchema.query,
                example: #"{"filters":{"date_range":{"start":"2024-01-01T00:00:00Z","end":"2024-01-02T00:00:00Z"},"#
                    + #""value_range":{"min":0,"max":1000}},"pagination":{"page":1,"limit":100},"#
                    + #""sort":{"field":"timestamp","order":"desc"}}"#
            ),
            answers: [DocumentedAnswer(200, "A page of records.", Envelope.schema(DataSchema.records))],
            errors: [404, 413]
        ) { call in
            let body = try call.json()
            let (question, page) = try Self.question(body, call)
            let found: RecordPage
            do {
                found = try await data.page(question, for: call.caller)
            } catch DataService.Refusal.unknownSource(let name) {
                throw APIError.notFound("there is no source \"\(name.excerpt)\"")
            } catch DataService.Refusal.tooMuch(let seconds) {
                throw APIError.invalid(
                    "filters",
                    "let through more than can be looked at in \(seconds) seconds; name a source, or fewer days"
                )
            }
            return .json(try Self.answer(found, page: page, limit: question.limit, call).bytes)
        }
    }

    /// Which records a body asks for.
    static func filters(_ body: JSONValue, _ call: Call) throws(APIError) -> RecordQuestion {
        var question = RecordQuestion()
        let filters = body[DataSchema.filters]
        question.source = filters?[DataSchema.source]
        let dates = filters?[DataSchema.dates]
        if let start = dates?[DataSchema.start] {
            question.first = try TimeField.read(start, field: "filters.date_range.start", now: call.receivedAt)
        }
        if let end = dates?[DataSchema.end] {
            question.last = try TimeField.read(end, field: "filters.date_range.end", now: call.receivedAt)
        }
        if question.last < question.first {
            throw .invalid("filters.date_range.end", "lies before filters.date_range.start")
        }
        let values = filters?[DataSchema.values]
        question.least = values?[DataSchema.least]
        question.most = values?[DataSchema.most]
        return question
    }

    /// What a body asks for, and which page.
    private static func question(_ body: JSONValue, _ call: Call) throws(APIError) -> (RecordQuestion, page: Int) {
        var question = try filters(body, call)
        let sort = body[DataSchema.sort]
        question.sort = sort?[DataSchema.field].flatMap { RecordQuestion.SortField(rawValue: $0) } ?? .timestamp
        question.isDescending = (sort?[DataSchema.order] ?? "desc") == "desc"
        let pagination = body[DataSchema.pagination]
        question.limit = pagination?[DataSchema.limit] ?? 100
        let page = pagination?[DataSchema.page] ?? 1
        question.offset = (page - 1) * question.limit
        if let cursor = pagination?[DataSchema.cursor] {
            if pagination?[DataSchema.page] != nil {
                throw .invalid("pagination.page", "and pagination.cursor exclude each other")
            }
            question.after = try RecordCursor.position(cursor)
        }
        if question.offset + question.limit > Page.reach + Page.limits.upperBound {
            throw .invalid(
                "pagination.page",
                "reaches beyond the first \(Page.reach) records; narrow the filters, or go on with next_cursor"
            )
        }
        return (question, page)
    }

    private static func answer(_ found: RecordPage, page: Int, limit: Int, _ call: Call) throws -> JSONObjectText {
        var (records, bytes) = ([JSONObjectText](), 0)
        for record in found.records {
            var object = JSONObjectText()
            object.add("id", record.entity.text)
            object.add("source", record.source)
            object.add("column", record.column)
            object.add("timestamp", record.time)
            object.add("value", record.value)
            object.add("metadata", .json(record.metadata ?? "{}") as FeatureValue)
            bytes += object.byteCount
            if bytes > call.maxAnswerBytes { throw APIError.answerTooLarge(call.maxAnswerBytes) }
            records.append(object)
        }
        var pagination = JSONObjectText()
        pagination.add("page", page)
        pagination.add("limit", limit)
        pagination.add("total", found.total)
        pagination.add("pages", (found.total + limit - 1) / limit)
        pagination.add("next_cursor", found.next.map(RecordCursor.text))
        var data = JSONObjectText()
        data.add("records", records)
        data.add("pagination", pagination)
        return Envelope.open(data, call)
    }
}
