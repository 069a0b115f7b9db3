internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import HTTPTypes

/// The operations on values of document 000.
struct ValueRoutes: Sendable {
    let store: FeatureStore
    let features: FeatureService

    var operations: [Operation] { [read, write, delete] }

    private var read: Operation {
        Operation(
            "getFeatureValues",
            .get,
            "/api/v1/features/{feature_id}/values",
            owner: .features,
            access: .role(.viewer),
            rate: .read,
            summary: "Get values of a feature",
            description: """
                Without times: the newest value of each entity, in the asked order. With `start_time` or `end_time`: \
                the history between them, both included, oldest first, entity by entity. With neither entities nor \
                times, but `page`, `limit` or `cursor`: every entity that has a value. `status` stands on an item only \
                when it is not `PRESENT`.
                """,
            parameters: [
                FeatureRoutes.reference,
                .query("entity_ids", ValueSchema.entityList, ValueSchema.entityIDs),
                .query("start_time", ValueSchema.momentOrNow, "The first event time of a history."),
                .query("end_time", ValueSchema.momentOrNow, "The last event time of a history."),
                .query("as_of", ValueSchema.momentOrNow, "The value as of this time; `now` is allowed."),
                .query("known_at", ValueSchema.momentOrNow, "Only what the store knew at this time."),
                .query("page", .integer(1...Int64(Page.reach)), "Which page, from 1."),
                .query("limit", .integer(1...1000), "Entries on a page; 1000 when left out."),
                .query("cursor", .text(1...1024), "`next_cursor` of the page before, in place of `page`."),
            ],
            answers: [DocumentedAnswer(200, "The values.", ValueSchema.page, headers: ListSchema.headers)],
            errors: [404]
        ) { call in
            let reference = try call.pathParameter("feature_id")
            guard let feature = try features.feature(reference, for: call.caller) else {
                throw APIError.notFound("there is no such feature")
            }
            let question = try ValueQuestion(call)
            if question.isRange { return try HistoryAnswer(question, feature).answer(from: store, call) }
            guard let entityIDs = question.entityIDs else {
                return try EntityWalkAnswer(question, feature).answer(from: store, call)
            }
            let output = JSONBuffer()
            let page = (question.page.page, question.page.offset, question.page.limit)
            let isFound = try LatestValues(features: FeatureCache(slots: 1))
                .write(
                    call.rawPathParameter("feature_id").utf8Span.span,
                    space: call.caller.space,
                    entityIDs: entityIDs.utf8Span.span,
                    at: question.time,
                    page: page,
                    from: store,
                    into: output
                )
            guard isFound else { throw APIError.notFound("there is no such feature") }
            return Answer(status: 200, mediaType: "application/json", body: .bytes(output.byteBuffer))
        }
    }

    private var write: Operation {
        Operation(
            "writeFeatureValues",
            .post,
            "/api/v1/features/{feature_id}/values",
            owner: .features,
            access: .role(.developer),
            rate: .write,
            summary: "Write values of a feature",
            description: """
                One value, `{"values":[…]}` or an array: all of it or nothing, up to 50 000 values. As \
                `application/x-ndjson`: one value a line, any number of lines, stored in batches as they come in; \
                lines that are wrong are left out and told. Without `timestamp` a value counts from now.
                """,
            parameters: [FeatureRoutes.reference],
            body: .json(
                ValueSchema.write,
                example: #"{"entity_id":"customer_123","value":1000.50,"timestamp":"2025-02-20T16:02:34Z"}"#,
                maxBytes: 16_777_216,
                alsoTaking: ["application/x-ndjson"]
            ),
            answers: [
                DocumentedAnswer(201, "What was stored, and when it was committed.", ValueSchema.written),
                DocumentedAnswer(
                    200,
                    "Lines of which some are wrong: what was stored, and the first of those.",
                    ValueSchema.lines
                ),
            ],
            errors: [404, 507]
        ) { call in
            let reference = try call.pathParameter("feature_id")
            guard let feature = try features.feature(reference, for: call.caller) else {
                throw APIError.notFound("there is no such feature")
            }
            if call.isLines { return try await LineWrite(feature: feature, store: store).answer(call) }
            let body = try call.jsonUnchecked()
            if let values = body.elements ?? body["values"]?.elements {
                if let stranger = body.members?.first(where: { $0.name != "values" }) {
                    throw APIError.invalid(stranger.name.shown, "is not known beside values", owner: .features)
                }
                return try await writeBatch(values, feature, call)
            }
            return try await writeOne(body, feature, call)
        }
    }

    private func writeOne(_ body: JSONValue, _ feature: Feature, _ call: Call) async throws -> Answer {
        let cell: CellReader.Cell
        do throws(FieldProblem) {
            cell = try CellReader(type: feature.type, now: call.receivedAt).cell(body)
        } catch {
            throw APIError.invalid([error], owner: .features)
        }
        do throws(WriteError) {
            let receipt = try await store.put(cell.value, of: feature.handle, for: cell.entity, at: cell.time)
            let output = JSONBuffer()
            WrittenJSON.append(
                ResolvedFeature(feature),
                entity: cell.entity.text.utf8Span.span,
                cell.value,
                at: cell.time,
                receipt,
                to: output
            )
            return Answer(status: 201, mediaType: "application/json", body: .bytes(output.byteBuffer))
        } catch {
            throw APIError(error, owner: .features)
        }
    }

    private func writeBatch(_ values: [JSONValue], _ feature: Feature, _ call: Call) async throws -> Answer {
        if !StoreLimits.batchCells.contains(values.count) {
            throw APIError.invalid(
                "values",
                "must have 1 to \(StoreLimits.batchCells.upperBound) elements; it has \(values.count)",
                owner: .features
            )
        }
        let reader = CellReader(type: feature.type, now: call.receivedAt)
        var batch = WriteBatch()
        var problems: [FieldProblem] = []
        for (index, value) in values.enumerated() {
            do throws(FieldProblem) {
                let cell = try reader.cell(value, index: index)
                if problems.isEmpty { try add(cell, feature, index, to: &batch) }
            } catch {
                problems.append(error)
                if problems.count == Schema.maxProblems { break }
            }
        }
        if !problems.isEmpty { throw APIError.invalid(problems, owner: .features) }
        do throws(WriteError) {
            let receipt = try await store.write(batch)
            let output = JSONBuffer()
            WrittenJSON.append(receipt, to: output)
            return Answer(status: 201, mediaType: "application/json", body: .bytes(output.byteBuffer))
        } catch {
            throw APIError(error, owner: .features, field: "values")
        }
    }

    private func add(
        _ cell: CellReader.Cell,
        _ feature: Feature,
        _ index: Int,
        to batch: inout WriteBatch
    ) throws(FieldProblem) {
        do throws(WriteError) {
            try batch.put(cell.value, of: feature.handle, for: cell.entity, at: cell.time)
        } catch {
            throw FieldProblem(field: "values[\(index)]", reason: "is refused: \(error)", index: index)
        }
    }

    private var delete: Operation {
        Operation(
            "deleteFeatureValues",
            .delete,
            "/api/v1/features/{feature_id}/values",
            owner: .house,
            access: .role(.developer),
            rate: .write,
            summary: "Delete values of a feature",
            description: """
                Writes tombstones: reads that know of an earlier commit still see the values. With `timestamp` the \
                value at exactly that time, otherwise the newest value of each entity.
                """,
            parameters: [
                FeatureRoutes.reference,
                .query("entity_ids", ValueSchema.entityList, ValueSchema.entityIDs, isRequired: true),
                .query("timestamp", ValueSchema.moment, "The event time whose value is deleted."),
            ],
            answers: [DocumentedAnswer(200, "How many were there, and which were not.", ValueSchema.deleted)],
            errors: [404, 507]
        ) { call in
            let reference = try call.pathParameter("feature_id")
            guard let feature = try features.feature(reference, for: call.caller) else {
                throw APIError.notFound("there is no such feature")
            }
            return try await ValueDeletion(feature: feature, store: store).answer(call)
        }
    }
}
