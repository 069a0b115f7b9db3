internal import FStore

/// Every entity that has a value, in pages.
struct EntityWalkAnswer {
    private let question: ValueQuestion
    private let feature: Feature
    private let cursor: ValueCursor?

    init(_ question: ValueQuestion, _ feature: Feature) throws(APIError) {
        self.question = question
        self.feature = feature
        cursor = try question.cursor.map { text throws(APIError) in try ValueCursor(text) }
    }

    private struct Progress {
        var total = 0
        var written = 0
        var last: String?
        var hasMore = false
        var isTotalExact = true
        var knownAt = Timestamp.last
    }

    func answer(from store: FeatureStore, _ call: Call) throws -> Answer {
        let output = JSONBuffer()
        output.append(ResolvedFeature(feature).opening)
        output.append(",\"items\":[")
        let progress: Progress
        do throws(ReadError) {
            progress = try store.read { snapshot throws(ReadError) in try walk(snapshot, output) }
        } catch {
            throw APIError(error, owner: .features)
        }
        output.append("],\"missing\":[]")
        var next: ValueCursor?
        if progress.hasMore, let last = progress.last {
            next = ValueCursor(entity: last, knownAt: progress.knownAt)
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

    private func walk(_ snapshot: borrowing Snapshot, _ output: JSONBuffer) throws(ReadError) -> Progress {
        var progress = Progress()
        let newest = try snapshot.lastCommitTime ?? .earliest
        progress.knownAt = cursor?.knownAt ?? min(question.time.knownAt ?? .last, newest)
        // Only a page that goes on behind another one must not see what came meanwhile.
        let time = PointInTime(
            asOf: question.time.asOf,
            knownAt: cursor == nil ? question.time.knownAt : progress.knownAt
        )
        let after = cursor?.entity.flatMap { try? EntityID($0) }
        var iterator = try snapshot.entities(of: feature.handle, at: time, after: after)
        while let found = try iterator.next() {
            progress.total += 1
            if cursor == nil, progress.total <= question.page.offset { continue }
            if progress.written == question.page.limit {
                progress.hasMore = true
                if cursor != nil { return progress }
                if progress.total > Page.reach {
                    progress.total -= 1
                    progress.isTotalExact = false
                    return progress
                }
                continue
            }
            let entity = found.entityID
            if progress.written > 0 { output.append(UInt8(ascii: ",")) }
            progress.written += 1
            progress.last = entity.text
            output.append("{\"entity_id\":")
            output.appendString(entity.text.utf8Span.span)
            output.append(",\"value\":")
            if let value = found.answer.value { output.append(value) } else { output.append("null") }
            output.append(",\"timestamp\":")
            if let time = found.answer.eventTime { output.append(time) } else { output.append("null") }
            if found.answer.status != .present {
                output.append(",\"status\":")
                output.append(found.answer.status)
            }
            output.append(UInt8(ascii: "}"))
        }
        return progress
    }
}
