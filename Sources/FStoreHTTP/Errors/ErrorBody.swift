internal import FStore
internal import FStoreText

/// The body of an error: one form for all documents, of which only the member `error` differs.
enum ErrorBody {
    /// The members of RFC 9457 beside those that documents 001 and 003 print.
    static func bytes(
        _ error: APIError,
        owner: APIDocument,
        requestID: String,
        path: String,
        at time: Timestamp
    ) -> [UInt8] {
        let owner = error.style ?? owner
        let status = error.status(for: owner)
        var details = JSONObjectText()
        for (name, detail) in error.details { details.add(name, detail) }
        var object = JSONObjectText()
        object.add("success", false)
        if owner.writesErrorAsCode {
            object.add("error", error.code.platformCode ?? "HTTP_\(status)")
        } else {
            var inner = JSONObjectText()
            inner.add("code", error.code.name)
            inner.add("message", error.message)
            inner.add("details", details)
            object.add("error", inner)
        }
        object.add("message", error.message)
        object.add("details", details)
        object.add("timestamp", time)
        object.add("request_id", requestID)
        object.add("type", "about:blank")
        object.add("title", error.code.title)
        object.add("status", status)
        object.add("detail", error.message)
        object.add("instance", path.excerpt)
        return object.bytes
    }
}

extension JSONObjectText {
    fileprivate mutating func add(_ name: String, _ detail: APIError.Detail) {
        switch detail {
        case .text(let text): add(name, text)
        case .integer(let number): add(name, number)
        case .texts(let texts): add(name, texts)
        case .problems(let problems):
            add(
                name,
                problems.map { problem in
                    var object = JSONObjectText()
                    if let index = problem.index { object.add("index", index) }
                    object.add("field", problem.field)
                    object.add("message", problem.reason)
                    return object
                }
            )
        }
    }
}
