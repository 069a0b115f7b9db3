internal import FStoreWire
internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import HTTPTypes
internal import NIOCore

/// Many features of many entities at once: what a model asks for before it predicts.
struct OnlineRoutes: Sendable {
    let values: ValueService
    let features: FeatureService

    var operations: [Operation] { [read, write] }

    private var read: Operation {
        Operation(
            "onlineRead",
            .post,
            "/api/v1/online/read",
            owner: .house,
            access: .role(.viewer),
            rate: .read,
            hot: .onlineRead,
            summary: "Read many features of many entities",
            description: """
                One request, one consistent answer: for each feature an array with one value for each entity. Up to \
                \(OnlineRead.maxCells) answers a request.
                """,
            body: .json(
                OnlineSchema.read,
                example: #"{"features":["customer_lifetime_value"],"entities":["customer_123"],"timestamps":true}"#,
                maxBytes: 4_194_304
            ),
            answers: [DocumentedAnswer(200, "The values.", OnlineSchema.answer)],
            errors: [404]
        ) { call in
            let body = try call.json()
            let names = body[OnlineSchema.features] ?? []
            let entities = try Self.entities(body[OnlineSchema.entities] ?? [])
            if names.count * entities.count > OnlineRead.maxCells {
                throw APIError.invalid(
                    "entities",
                    "times features are \(names.count * entities.count) answers; \(OnlineRead.maxCells) are allowed"
                )
            }
            let time = PointInTime(
                asOf: try Self.time(body, OnlineSchema.asOf, call),
                knownAt: try body[OnlineSchema.knownAt]
                    .flatMap { text throws(APIError) in
                        try TimeField.readKnowledge(text, field: OnlineSchema.knownAt.key)
                    }
            )
            let caller = try call.caller
            let withTimes = body[OnlineSchema.times] ?? false
            let output = call.answer()
            let online = OnlineRead(maxBytes: output.limit)
            let unknown = try values.read(for: caller) { snapshot throws(ReadError) -> [String] in
                var (resolved, unknown) = ([ResolvedFeature](), [String]())
                for name in names {
                    if let feature = ResolvedFeature(name, for: caller, in: snapshot) {
                        resolved.append(feature)
                    } else {
                        unknown.append(name)
                    }
                }
                if !unknown.isEmpty { return unknown }
                snapshot.limitSteps(to: StoreLimits.readSteps.upperBound)
                try online.write(
                    OnlineRead.Columns(resolved),
                    entities: EntityList(entities),
                    at: time,
                    withTimes: withTimes,
                    snapshot,
                    output
                )
                return []
            }
            if !unknown.isEmpty { throw try Self.unknown(unknown, in: features, for: caller) }
            if online.isTooLarge(output) { throw APIError.answerTooLarge(output.limit) }
            return .json(output)
        }
    }

    private var write: Operation {
        Operation(
            "onlineWrite",
            .post,
            "/api/v1/online/write",
            owner: .house,
            access: .role(.developer),
            rate: .write,
            hot: .onlineWrite,
            storesValues: true,
            summary: "Write many features of many entities",
            description: "Up to 50 000 values. All are stored with one commit time, or none is.",
            body: .json(
                OnlineSchema.write,
                example: #"{"rows":[{"entity_id":"customer_123","timestamp":"2025-02-20T16:02:34Z","#
                    + #""values":{"customer_lifetime_value":1000.5}}]}"#,
                maxBytes: 16_777_216
            ),
            answers: [DocumentedAnswer(201, "What was stored, and when it was committed.", OnlineSchema.written)],
            errors: [404, 507]
        ) { call in
            // Most bodies are of the plainest form, and large: those need no tree of values.
            var plain = WriteBatch()
            let caller = try call.caller
            let count = FastWrite.rows(
                call.body.readableBytesUInt8Span,
                .plain(slots: 256),
                values,
                for: caller,
                now: call.receivedAt,
                into: &plain
            )
            if let count { return Self.written(try await values.write(plain, for: caller), rows: count) }
            var rows = 0
            let batch = try batch(call, caller, rows: &rows)
            return Self.written(try await values.write(batch, for: caller), rows: rows)
        }
    }

    /// The rows of the body. Its tree of values is gone when the request waits for its commit.
    private func batch(_ call: Call, _ caller: Principal, rows count: inout Int) throws -> WriteBatch {
        let rows = try call.json()[OnlineSchema.rows] ?? []
        count = rows.count
        return try RowReader(features: features, caller: caller, now: call.receivedAt).batch(rows)
    }

    private static func written(_ receipt: CommitReceipt, rows: Int) -> Reply {
        let output = JSONBuffer()
        WrittenJSON.append(receipt, rows: rows, to: output)
        return .json(output, status: 201)
    }

    static func unknown(_ names: [String], in features: FeatureService, for caller: Principal) throws -> APIError {
        // For the first one only: what a suggestion costs is then bounded, however many names are wrong.
        let hint = try features.suggestion(for: names.first ?? "", for: caller)
        var error = APIError.notFound("there is no feature \"\(names.first?.excerpt ?? "")\"\(hint)")
        error.details = [("features", .texts(names.prefix(Schema.maxProblems).map(\.excerpt)))]
        return error
    }

    private static func entities(_ texts: [String]) throws(APIError) -> [EntityID] {
        var entities: [EntityID] = []
        entities.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            guard let entity = try? EntityID(text) else {
                throw .invalid("entities[\(index)]", "must have 1 to 255 bytes; it has \(text.utf8.count)")
            }
            entities.append(entity)
        }
        return entities
    }

    private static func time(
        _ body: JSONValue,
        _ field: Field<String>,
        _ call: Call
    ) throws(APIError) -> Timestamp? {
        guard let text = body[field] else { return nil }
        return try TimeField.read(text, field: field.key, now: call.receivedAt)
    }
}
