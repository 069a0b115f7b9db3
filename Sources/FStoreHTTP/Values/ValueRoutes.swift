internal import FStoreWire
internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import HTTPTypes

/// The operations on values of document 000.
struct ValueRoutes: Sendable {
    let values: ValueService
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
            hot: .values,
            summary: "Get values of a feature",
            description: """
                Without times: the newest value of each entity, in the asked order. With `start_time` or `end_time`: \
                the history between them, both included, oldest first, entity by entity. With neither entities nor \
                times, but `page`, `limit` or `cursor`: every entity that has a value. `status` stands on an item only \
                when it is not `PRESENT`. Histories and walks that take long, or are large, end before `limit` and \
                go on with `next_cursor`; `total` is a lower bound then.
                """,
            parameters: [FeatureRoutes.reference] + ValueQuestion.parameters,
            answers: [DocumentedAnswer(200, "The values.", ValueSchema.page, headers: ListSchema.headers)],
            errors: [404, 413]
        ) { call in
            let feature = try features.feature(call)
            let question = try ValueQuestion(call)
            let pages = ValuePages(values: values, question: question, feature: feature, call: call)
            guard let entityIDs = question.entityIDs else { return try pages.entities() }
            if question.isRange { return try pages.history(of: ValueQuestion.names(entityIDs)) }
            let output = call.answer()
            let latest = LatestValues(
                values: values,
                features: .encoded(slots: 1),
                steps: StoreLimits.readSteps.upperBound,
                maxBytes: output.limit
            )
            let isFound = try latest.write(
                call.rawPathParameter("feature_id").utf8Span.span,
                entityIDs: entityIDs.utf8Span.span,
                at: question.time,
                page: (question.page.page, question.page.offset, question.page.limit),
                for: call.caller,
                into: output
            )
            guard isFound else { throw APIError.notFound("there is no such feature") }
            return .json(output)
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
            hot: .write,
            storesValues: true,
            summary: "Write values of a feature",
            description: """
                One value, `{"values":[…]}` or an array: all of it or nothing, up to 50 000 values. As \
                `application/x-ndjson`: one value on each line, any number of lines, stored in batches as they come \
                in; lines that are wrong are left out and reported. Without `timestamp` a value counts from now.
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
                    "Some lines are wrong: how many values were stored, and the first wrong lines.",
                    ValueSchema.lines
                ),
            ],
            errors: [404, 507],
            beforeBody: { _ = try features.feature($0) }
        ) { call in
            let feature = try features.feature(call)
            if call.streamType != nil { return try await LineWrite(feature: feature, values: values).answer(call) }
            switch try content(call, feature) {
            case .one(let cell): return try await writeOne(cell, feature, call)
            case .many(let batch): return try await write(batch, for: call.caller)
            }
        }
    }

    private enum Content: ~Copyable {
        case one(CellReader.Cell)
        case many(WriteBatch)
    }

    /// What the body says. Its tree of values takes more memory than anything else of a request: it is gone when the
    /// request waits for its commit, as many others may do.
    private func content(_ call: Call, _ feature: Feature) throws -> Content {
        let body = try call.jsonUnchecked()
        guard let items = body.elements ?? body[ValueSchema.items] else {
            return .one(try CellReader(type: feature.type, now: call.receivedAt).cell(body))
        }
        if let stranger = body.members?.first(where: { $0.name != ValueSchema.items.key }) {
            throw APIError.invalid(stranger.name.excerpt, "is not allowed beside values")
        }
        return .many(try batch(items, feature, call))
    }

    private func writeOne(_ cell: CellReader.Cell, _ feature: Feature, _ call: Call) async throws -> Reply {
        var batch = WriteBatch()
        try batch.put(cell.value, of: feature.handle, for: cell.entity, at: cell.time)
        let receipt = try await values.write(batch, for: call.caller)
        let output = JSONBuffer()
        WrittenJSON.append(
            ResolvedFeature(feature),
            entity: cell.entity.text.utf8Span.span,
            cell.value,
            at: cell.time,
            receipt,
            to: output
        )
        return .json(output, status: 201)
    }

    private func batch(_ items: [JSONValue], _ feature: Feature, _ call: Call) throws -> WriteBatch {
        if !StoreLimits.batchCells.contains(items.count) {
            throw APIError.invalid(
                "values",
                "must have 1 to \(StoreLimits.batchCells.upperBound) elements; it has \(items.count)"
            )
        }
        let reader = CellReader(type: feature.type, now: call.receivedAt)
        var batch = WriteBatch()
        var problems: [FieldProblem] = []
        for (index, item) in items.enumerated() {
            do throws(FieldProblem) {
                let cell = try reader.cell(item, index: index)
                if problems.isEmpty { try add(cell, feature, index, to: &batch) }
            } catch {
                problems.append(error)
                if problems.count == Schema.maxProblems { break }
            }
        }
        if !problems.isEmpty { throw APIError.invalid(problems) }
        return batch
    }

    private func write(_ batch: consuming WriteBatch, for caller: Principal) async throws -> Reply {
        do throws(ValueService.Refusal) {
            let receipt = try await values.write(batch, for: caller)
            let output = JSONBuffer()
            WrittenJSON.append(receipt, to: output)
            return .json(output, status: 201)
        } catch {
            if case .store(let error) = error { throw APIError(error, field: "values") }
            throw error
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

    private static let deletedEntities = QueryField.encodedList(
        "entity_ids",
        ValueSchema.entityList,
        ValueSchema.entityIDs,
        isRequired: true,
        example: "customer_123"
    )
    private static let deletedTime = QueryField.eventTime("timestamp", "The event time whose value is deleted.")

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
            parameters: [FeatureRoutes.reference, Self.deletedEntities.parameter, Self.deletedTime.parameter],
            answers: [DocumentedAnswer(200, "How many were deleted; which had none.", ValueSchema.deleted)],
            errors: [404, 507]
        ) { call in
            let feature = try features.feature(call)
            var entities: [EntityID] = []
            for entity in try ValueQuestion.names(call.query(Self.deletedEntities) ?? "")
            where !entities.contains(entity) {
                entities.append(entity)
            }
            let time = try call.query(Self.deletedTime)
            let deletion = try await values.delete(entities, of: feature, at: time, for: call.caller)
            let output = JSONBuffer()
            output.append("{\"deleted\":")
            output.append(deletion.receipt?.cells ?? 0)
            output.append(",\"committed_at\":")
            if let receipt = deletion.receipt { output.append(receipt.commitTime) } else { output.append("null") }
            output.append(",\"missing\":")
            output.appendNames(deletion.missing)
            output.append(UInt8(ascii: "}"))
            return .json(output)
        }
    }
}
