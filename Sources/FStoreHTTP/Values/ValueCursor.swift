internal import FStore
internal import FStoreText

/// `next_cursor`: where the next page begins, and what all pages together may see. Opaque to clients.
struct ValueCursor: Sendable {
    /// Which of the asked entities a history goes on with.
    var entityIndex = 0
    /// A history goes on behind this event time.
    var after: Timestamp?
    /// A walk goes on behind this entity.
    var entity: String?
    /// Commits after this one are not seen.
    var knownAt: Timestamp

    var text: String {
        var object = JSONObjectText()
        object.add("i", entityIndex)
        object.add("t", after)
        object.add("e", entity)
        object.add("k", knownAt)
        // The usual alphabet has characters that a query must encode.
        return Base64.text(object.bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// - Throws: 422 when the text is no cursor.
    init(_ text: String) throws(APIError) {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0, base64.utf8.count < 2048 { base64 += "=" }
        guard let bytes = Base64.bytes(base64), let object = try? JSONValue(bytes), let known = object["k"]?.text,
            let knownAt = try? Timestamp(known), let index = object["i"]?.integer, index >= 0
        else { throw .invalid("cursor", "is not the next_cursor of an answer") }
        self.knownAt = knownAt
        entityIndex = index
        entity = object["e"]?.text
        after = object["t"]?.text.flatMap { try? Timestamp($0) }
    }

    init(entityIndex: Int = 0, after: Timestamp? = nil, entity: String? = nil, knownAt: Timestamp) {
        self.entityIndex = entityIndex
        self.after = after
        self.entity = entity
        self.knownAt = knownAt
    }
}
