internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import HTTPTypes
internal import NIOCore

/// Many features of many entities at once: what a model asks for before it predicts.
struct OnlineRoutes: Sendable {
    let store: FeatureStore
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
            let names = body["features"]?.texts ?? []
            let entities = try Self.entities(body["entities"]?.texts ?? [])
            if names.count * entities.count > OnlineRead.maxCells {
                throw APIError.invalid(
                    "entities",
                    "times features are \(names.count * entities.count) answers; \(OnlineRead.maxCells) are allowed"
                )
            }
            let time = PointInTime(
                asOf: try Self.time(body, "as_of", call),
                knownAt: try Self.time(body, "known_at", call)
            )
            let space = try call.caller.space
            let withTimes = body["timestamps"]?.bool ?? false
            let output = JSONBuffer()
            var unknown: [String] = []
            do throws(ReadError) {
                unknown = try store.read { snapshot throws(ReadError) in
                    var (resolved, unknown) = ([ResolvedFeature](), [String]())
                    for name in names {
                        if let feature = Self.feature(name, space, snapshot) {
                            resolved.append(ResolvedFeature(feature))
                        } else {
                            unknown.append(name)
                        }
                    }
                    if !unknown.isEmpty { return unknown }
                    try OnlineRead()
                        .write(
                            OnlineRead.Columns(resolved),
                            entities: EntityList(entities),
                            at: time,
                            withTimes: withTimes,
                            snapshot,
                            output
                        )
                    return []
                }
            } catch {
                throw APIError(error, owner: .house)
            }
            if !unknown.isEmpty { throw Self.unknown(unknown) }
            return Answer(status: 200, mediaType: "application/json", body: .bytes(output.byteBuffer))
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
            summary: "Write many features of many entities",
            description: "All of it or nothing, under one commit time. Up to 50 000 values a request.",
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
            let space = try call.caller.space
            let names = FeatureCache(slots: 256, isEncoded: false)
            let count = FastWrite.rows(
                call.body.readableBytesUInt8Span,
                names,
                store,
                space: space,
                now: call.receivedAt,
                into: &plain
            )
            if let count {
                let receipt = try await store.write(plain)
                let output = JSONBuffer()
                WrittenJSON.append(receipt, rows: count, to: output)
                return Answer(status: 201, mediaType: "application/json", body: .bytes(output.byteBuffer))
            }
            let body = try call.json()
            let rows = body["rows"]?.elements ?? []
            let batch = try RowReader(features: features, caller: call.caller, now: call.receivedAt).batch(rows)
            let receipt = try await store.write(batch)
            let output = JSONBuffer()
            WrittenJSON.append(receipt, rows: rows.count, to: output)
            return Answer(status: 201, mediaType: "application/json", body: .bytes(output.byteBuffer))
        }
    }

    static func feature(_ reference: String, _ space: UInt32, _ snapshot: borrowing Snapshot) -> Feature? {
        if let id = FeatureID(reference) { return snapshot.feature(id: id, space: space) }
        return snapshot.feature(named: reference, space: space)
    }

    static func unknown(_ names: [String]) -> APIError {
        var error = APIError.notFound("there is no feature \"\(names.first?.shown ?? "")\"")
        error.details = [("features", .texts(names.prefix(Schema.maxProblems).map(\.shown)))]
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

    private static func time(_ body: JSONValue, _ name: String, _ call: Call) throws(APIError) -> Timestamp? {
        guard let text = body[name]?.text else { return nil }
        return try TimeField.read(text, field: name, now: call.receivedAt, owner: .house)
    }
}
