internal import FStore
internal import FStoreWire
internal import HTTPTypes

/// The history of some entities between two times, in pages.
struct HistoryAnswer {
    private let question: ValueQuestion
    private let feature: Feature
    private let cursor: ValueCursor?
    private var entities: [EntityID] = []

    init(_ question: ValueQuestion, _ feature: Feature) throws(APIError) {
        self.question = question
        self.feature = feature
        cursor = try question.cursor.map { text throws(APIError) in try ValueCursor(text) }
        var list = EntityListText()
        try list.read(query: (question.entityIDs ?? "").utf8Span.span)
        for index in 0..<list.count {
            let name = String(decoding: list.bytes[list.range(index)], as: UTF8.self)
            if let entity = try? EntityID(name) { entities.append(entity) }
        }
        if let cursor, cursor.entityIndex >= entities.count {
            throw .invalid("cursor", "belongs to another list of entities", owner: .features)
        }
    }

    /// What a walk has found so far.
    private struct Progress {
        var total = 0
        var written = 0
        var last: (entity: Int, time: Timestamp)?
        var hasMore = false
        var isTotalExact = true
        var missing: [EntityID] = []
    }

    func answer(from store: FeatureStore, _ call: Call) throws -> Answer {
        let output = JSONBuffer()
        output.append(ResolvedFeature(feature).opening)
        output.append(",\"items\":[")
        var (progress, known) = (Progress(), Timestamp.last)
        do throws(ReadError) {
            (progress, known) = try store.read { snapshot throws(ReadError) in
                let newest = try snapshot.lastCommitTime ?? .earliest
                let known = cursor?.knownAt ?? min(question.time.knownAt ?? .last, newest)
                var progress = Progress()
                for index in (cursor?.entityIndex ?? 0)..<entities.count
                where try !walk(index, knownAt: known, snapshot, &progress, output) {
                    break
                }
                return (progress, known)
            }
        } catch {
            throw APIError(error, owner: .features)
        }
        output.append("],\"missing\":[")
        for (index, entity) in progress.missing.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.appendString(entity.text.utf8Span.span)
        }
        output.append(UInt8(ascii: "]"))
        var next: ValueCursor?
        if progress.hasMore, let last = progress.last {
            next = ValueCursor(entityIndex: last.entity, after: last.time, knownAt: known)
        }
        return PageEnd.answer(
            output,
            total: progress.total,
            isExact: progress.isTotalExact,
            question: question,
            next: next,
            call
        )
    }

    /// - Returns: `false` when nothing more is wanted.
    private func walk(
        _ index: Int,
        knownAt: Timestamp,
        _ snapshot: borrowing Snapshot,
        _ progress: inout Progress,
        _ output: JSONBuffer
    ) throws(ReadError) -> Bool {
        let entity = entities[index]
        var first = question.first ?? .earliest
        if let cursor, cursor.entityIndex == index, let after = cursor.after {
            if after == .last { return true }
            first = max(first, Timestamp(nanoseconds: after.nanoseconds + 1))
        }
        let last = question.last ?? .last
        var iterator = try snapshot.history(
            of: feature.handle,
            for: entity,
            from: first,
            through: last,
            knownAt: knownAt
        )
        var found = 0
        while let answer = try iterator.next() {
            found += 1
            progress.total += 1
            if cursor == nil, progress.total <= question.page.offset { continue }
            if progress.written == question.page.limit {
                progress.hasMore = true
                if cursor != nil { return false }
                if progress.total > Page.reach {
                    progress.total -= 1
                    progress.isTotalExact = false
                    return false
                }
                continue
            }
            guard let time = answer.eventTime else { continue }
            if progress.written > 0 { output.append(UInt8(ascii: ",")) }
            progress.written += 1
            progress.last = (index, time)
            output.append("{\"entity_id\":")
            output.appendString(entity.text.utf8Span.span)
            output.append(",\"value\":")
            if let value = answer.value { output.append(value) } else { output.append("null") }
            output.append(",\"timestamp\":")
            output.append(time)
            if answer.status != .present {
                output.append(",\"status\":")
                output.append(answer.status)
            }
            output.append(UInt8(ascii: "}"))
        }
        if found == 0, cursor == nil { progress.missing.append(entity) }
        return true
    }
}

/// The end of a page of values.
enum PageEnd {
    /// `total`, `page`, `limit` and `next_cursor`, and the headers that say the same.
    static func answer(
        _ output: JSONBuffer,
        total: Int,
        isExact: Bool,
        question: ValueQuestion,
        next: ValueCursor?,
        _ call: Call
    ) -> Answer {
        var headers = HTTPFields()
        if question.cursor == nil {
            output.append(",\"total\":")
            output.append(total)
            if !isExact { output.append(",\"total_is_lower_bound\":true") }
            output.append(",\"page\":")
            output.append(question.page.page)
            headers = question.page.headers(total: total, for: call)
        }
        output.append(",\"limit\":")
        output.append(question.page.limit)
        if let next {
            output.append(",\"next_cursor\":")
            output.appendString(next.text.utf8Span.span)
        }
        output.append(UInt8(ascii: "}"))
        return Answer(
            status: 200,
            headers: headers,
            mediaType: "application/json",
            body: .bytes(output.byteBuffer)
        )
    }
}
