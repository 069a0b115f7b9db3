internal import FStoreText

/// The wrapping that document 001 gives to every answer.
enum Envelope {
    /// `{"success":true,"data":…,"message":…,"timestamp":…,"request_id":…`: more members may follow.
    static func open(
        _ data: JSONObjectText,
        _ call: Call,
        message: String = "Operation completed successfully"
    ) -> JSONObjectText {
        var object = JSONObjectText()
        add(data, call, message: message, to: &object)
        return object
    }

    /// The same members behind others.
    static func add(_ data: JSONObjectText, _ call: Call, message: String, to object: inout JSONObjectText) {
        object.add("success", true)
        object.add("data", data)
        object.add("message", message)
        object.add("timestamp", call.receivedAt)
        object.add("request_id", call.requestID)
    }

    static func schema(_ data: Schema) -> Schema { .members(members(data)) }

    /// The members of the shape, where others stand beside them.
    static func members(_ data: Schema) -> [Schema.Member] {
        [
            .required("success", .boolean),
            .required("data", data),
            .required("message", .text(0...255)),
            .required("timestamp", ValueSchema.moment),
            .required("request_id", .text(1...128)),
        ]
    }
}
