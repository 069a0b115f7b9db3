internal import FStore
internal import FStoreServices
internal import FStoreText

/// `next_cursor` of records: the last record of a page. Opaque to clients.
enum RecordCursor {
    static func text(_ position: RecordPosition) -> String {
        var object = JSONObjectText()
        switch position.value {
        case .nothing: break
        case .null: object.add("v", nil as String?)
        case .bool(let number): object.add("v", number == 1)
        case .number(let number): object.add("v", number)
        case .text(let text): object.add("v", String(decoding: text, as: UTF8.self))
        }
        object.add("e", position.entity.text)
        object.add("t", position.time)
        object.add("f", position.feature)
        return Base64.text(object.bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// - Throws: 422 when the text is no cursor.
    static func position(_ text: String) throws(APIError) -> RecordPosition {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0, base64.utf8.count < 8192 { base64 += "=" }
        guard let bytes = Base64.bytes(base64), let object = try? JSONValue(bytes),
            let entity = object["e"]?.text.flatMap({ try? EntityID($0) }),
            let time = object["t"]?.text.flatMap({ try? Timestamp($0) }), let feature = object["f"]?.text
        else { throw .invalid("pagination.cursor", "is not the next_cursor of an answer") }
        let value: RecordSortValue =
            switch object["v"] {
            case nil: .nothing
            case .bool(let isTrue): .bool(isTrue ? 1 : 0)
            case .number(let digits): .number(Double(digits) ?? 0)
            case .string(let text): .text(Array(text.utf8))
            default: .null
            }
        return RecordPosition(value: value, entity: entity, time: time, feature: feature)
    }
}
