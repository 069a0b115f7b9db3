internal import FStore

/// One value in an answer: `{"entity_id":…,"value":…,"timestamp":…,"status"?:…}`. The one place that writes it.
extension JSONBuffer {
    /// - Parameter entity: UTF-8, without quotes.
    func appendItem(_ entity: Span<UInt8>, _ answer: borrowing BorrowedAnswer) {
        append("{\"entity_id\":")
        appendString(entity)
        append(",\"value\":")
        if let value = answer.value { append(value) } else { append("null") }
        append(",\"timestamp\":")
        if let time = answer.eventTime { append(time) } else { append("null") }
        if answer.status != .present {
            append(",\"status\":")
            append(answer.status)
        }
        append(UInt8(ascii: "}"))
    }

    /// The name of a status, in quotes.
    func append(_ status: Status) {
        switch status {
        case .present: append("\"PRESENT\"")
        case .null: append("\"NULL\"")
        case .missing: append("\"MISSING\"")
        case .expired: append("\"EXPIRED\"")
        }
    }

    /// Names of entities as an array.
    func appendNames(_ entities: [EntityID]) {
        append(UInt8(ascii: "["))
        for (index, entity) in entities.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendString(entity.text.utf8Span.span)
        }
        append(UInt8(ascii: "]"))
    }
}
