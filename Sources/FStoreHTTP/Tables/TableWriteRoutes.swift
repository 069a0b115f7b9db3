internal import FStore
internal import FStoreConnectors
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Tables of values: an entity and an event time in each row, and a column for each feature.
struct TableWriteRoutes: Sendable {
    let values: ValueService
    let features: FeatureService

    var operations: [Operation] { [write] }

    private static let entity = QueryField.text("entity", .text(1...255), "The column of the entities: `entity_id`.")
    private static let time = QueryField.text(
        "time",
        .text(1...255),
        "The column of the event times: `timestamp`. Without such a column all values count from now."
    )
    private static let columns = QueryField.encodedList(
        "features",
        .text(1...65_536),
        "The columns to store, with commas between them: all others. Each fills the feature of its name.",
        example: "customer_lifetime_value"
    )
    private static let nulls = QueryField.text(
        "nulls",
        .oneOf(["skip", "write"]),
        "What becomes of cells that are null or empty: they are passed over (`skip`), or null is stored."
    )
    private static let create = QueryField.flag(
        "create",
        "Whether features that do not exist are made, with the type of their column."
    )
    private static let key = Parameter.header(
        "Idempotency-Key",
        .text(1...128),
        "A request with the same key goes on behind the rows that an earlier one has stored."
    )

    private static let answer = Schema.named(
        "TableWritten",
        .members(
            .required("rows", .integer(0...Int64.max), "Rows that are stored, of all requests with the key."),
            .required("values", .integer(0...Int64.max), "Values in them."),
            .required("rejected", .integer(0...Int64.max), "Rows that do not fit. They are left out as a whole."),
            .required(
                "rejects",
                .array(
                    .members(
                        .required("row", .integer(0...Int64.max), "Counted from 0."),
                        .required("column", .text(0...1024).orNull),
                        .required("reason", .text(0...4096))
                    ),
                    0...100
                ),
                "The first of them, of this request."
            ),
            .required("skipped", .integer(0...Int64.max), "Rows that an earlier request with the key has stored."),
            .required("created", .array(.text(1...255), 0...10_000), "Features that were made."),
            .required("committed_at", ValueSchema.moment.orNull, "When the last values were committed.")
        )
    )

    private var write: Operation {
        Operation(
            "writeTable",
            .post,
            "/api/v1/values/write",
            owner: .house,
            access: .role(.developer),
            rate: .write,
            storesValues: true,
            summary: "Write a table of values",
            description: """
                The body is a table as an Arrow stream, CSV or NDJSON, of any size. It is stored in batches as it \
                comes in; each is stored whole or not at all, and stays when a later one fails. Rows that do not fit \
                are left out and reported. A JSON body is one object of columns: `{"rows":{…}}`.
                """,
            parameters: [
                Self.entity.parameter, Self.time.parameter, Self.columns.parameter, Self.nulls.parameter,
                Self.create.parameter, Self.key,
            ],
            body: TableBody.rule(
                TrainingSchema.columns,
                example: #"{"rows":{"entity_id":["customer_123"],"timestamp":["2025-03-01T00:00:00Z"],"#
                    + #""customer_lifetime_value":[1030]}}"#,
                csv: "entity_id,timestamp,customer_lifetime_value\ncustomer_123,2025-03-01T00:00:00Z,1030\n",
                ndjson: #"{"entity_id":"customer_123","customer_lifetime_value":1030}"# + "\n"
            ),
            answers: [DocumentedAnswer(201, "What was stored.", Self.answer)],
            errors: [404, 409, 507]
        ) { call in
            let caller = try call.caller
            var plan = TableLoad.Plan(receivedAt: call.receivedAt)
            plan.entity = try call.query(Self.entity) ?? plan.entity
            plan.time = try call.query(Self.time)
            plan.features = try call.query(Self.columns)
                .map { try TableBody.names($0, "features") }
            plan.storesNulls = try call.query(Self.nulls) == "write"
            plan.mayCreate = try call.query(Self.create) ?? false
            plan.bookmark = try Self.key(call).map { LoadKey($0, space: caller.space) }
            let format = try TableBody.format(of: call)
            let rows = try format == .json ? call.json()[TrainingSchema.rows] : nil
            let load: TableLoad
            do {
                load = try await values.storeTable(plan, features: features, for: caller) { load in
                    try await TableBody.read(
                        call,
                        format,
                        rows: rows,
                        blockRows: Self.blockRows,
                        held: { load.heldBytes },
                        { try await load.add($0) }
                    )
                }
            } catch is ValueService.TableIsBusy {
                throw APIError.unavailable(
                    "another request with this Idempotency-Key is still being stored; try again",
                    retryAfterSeconds: 2
                )
            } catch TableLoad.Refusal.unknownFeatures(let names) {
                throw try OnlineRoutes.unknown(names, in: features, for: caller)
            } catch TableLoad.Refusal.otherTable {
                throw APIError.conflict("the Idempotency-Key was used for another table; take a new one")
            } catch TableLoad.Refusal.allRejected(let first) {
                throw APIError.invalid(first.prefix(Schema.maxProblems).map(TableBody.problem))
            } catch let problem as TableProblem {
                throw TableBody.refusal(problem)
            }
            return .json(Self.object(load).bytes, status: 201)
        }
    }

    private static let blockRows = 10_000

    private static func key(_ call: Call) throws(APIError) -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = call.headers[name] else { return nil }
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalid("Idempotency-Key", "must have 1 to 128 visible ASCII characters")
        }
        return key
    }

    private static func object(_ load: TableLoad) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("rows", load.rows)
        object.add("values", load.values)
        object.add("rejected", load.rejected)
        let rejects = load.rejects.map { problem in
            var object = JSONObjectText()
            object.add("row", problem.row ?? 0)
            object.add("column", problem.column)
            object.add("reason", problem.reason)
            return object
        }
        object.add("rejects", rejects)
        object.add("skipped", load.skipped)
        object.add("created", load.created)
        object.add("committed_at", load.committed)
        return object
    }
}
