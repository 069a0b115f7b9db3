internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import HTTPTypes

/// Pages of values: of the history of some entities, and of all entities that have a value. Both begin with the feature
/// and its `items`, and end with the same members and headers.
struct ValuePages {
    let values: ValueService
    let question: ValueQuestion
    let feature: Feature
    let call: Call

    /// A page ends when it has so many bytes: beside them there is room for one more value and the names of all that is
    /// missing.
    private var maxItemBytes: Int { call.maxAnswerBytes / 2 }

    private var window: PageWindow {
        PageWindow(offset: question.page.offset, limit: question.page.limit, reach: Page.reach)
    }

    /// The history of some entities between two times.
    func history(of entities: [EntityID]) throws -> Reply {
        var asked = HistoryQuestion(feature: feature.handle, entities: entities, window: window)
        asked.first = question.first ?? .earliest
        asked.last = question.last ?? .last
        asked.knownAt = question.time.knownAt
        if let text = question.cursor {
            let cursor = try ValueCursor(text)
            if cursor.entityIndex >= entities.count {
                throw APIError.invalid("cursor", "belongs to another list of entities")
            }
            asked.position = HistoryPosition(
                entityIndex: cursor.entityIndex,
                after: cursor.after,
                knownAt: cursor.knownAt
            )
        }
        let output = open()
        var isFirst = true
        let page = try values.history(asked, for: call.caller) { entity, answer in
            if output.count > maxItemBytes { return false }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.appendItem(entity.text.utf8Span.span, answer)
            return true
        }
        try check(isShort: page.isShort)
        output.append("],\"missing\":")
        output.appendNames(page.missing)
        let next = page.next.map { ValueCursor(entityIndex: $0.entityIndex, after: $0.after, knownAt: $0.knownAt) }
        return try close(output, page.total, isExact: page.isTotalExact, isShort: page.isShort, next: next)
    }

    /// Every entity that has a value.
    func entities() throws -> Reply {
        var asked = EntityWalkQuestion(feature: feature.handle, time: question.time, window: window)
        if let text = question.cursor {
            let cursor = try ValueCursor(text)
            guard let name = cursor.entity, let entity = try? EntityID(name) else {
                throw APIError.invalid("cursor", "belongs to a history; send it with the same entity_ids")
            }
            asked.position = EntityWalkPosition(after: entity, knownAt: cursor.knownAt)
        }
        let output = open()
        var isFirst = true
        let page = try values.entities(asked, for: call.caller) { found in
            if output.count > maxItemBytes { return false }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.appendItem(found.entityBytes, found.answer)
            return true
        }
        try check(isShort: page.isShort)
        output.append("],\"missing\":[]")
        let next = page.next.map { ValueCursor(entity: $0.after.text, knownAt: $0.knownAt) }
        return try close(output, page.total, isExact: page.isTotalExact, isShort: page.isShort, next: next)
    }

    private func open() -> JSONBuffer {
        let output = call.answer()
        output.append(ResolvedFeature(feature).opening)
        output.append(",\"items\":[")
        return output
    }

    /// `total`, `page`, `limit` and `next_cursor`, and the headers that say the same. A page that was asked for by a
    /// cursor knows neither total nor number.
    private func close(
        _ output: JSONBuffer,
        _ total: Int,
        isExact: Bool,
        isShort: Bool,
        next: ValueCursor?
    ) throws(APIError) -> Reply {
        var headers = HTTPFields()
        if question.cursor == nil {
            output.append(",\"total\":")
            output.append(total)
            if !isExact { output.append(",\"total_is_lower_bound\":true") }
            output.append(",\"page\":")
            output.append(question.page.page)
            // By number the next page would begin behind what this one leaves out.
            if !isShort { headers = question.page.headers(total: total, for: call) }
        }
        output.append(",\"limit\":")
        output.append(question.page.limit)
        if let next {
            output.append(",\"next_cursor\":")
            output.appendString(next.text.utf8Span.span)
        }
        output.append(UInt8(ascii: "}"))
        if output.isFull { throw .answerTooLarge(output.limit) }
        return .json(output, headers: headers)
    }

    /// A page that was asked for by its number must be whole: who asks for the next number would miss what is left out.
    private func check(isShort: Bool) throws(APIError) {
        guard isShort, question.hasNumber else { return }
        var error = APIError.answerTooLarge(call.maxAnswerBytes)
        error.message =
            "the page is too large or takes too many steps; follow next_cursor without page, or send a smaller limit"
        throw error
    }
}
