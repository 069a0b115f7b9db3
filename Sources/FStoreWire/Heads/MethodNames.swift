/// The methods that the HTTP decoder understands. It would refuse others without a word, so they do not reach it.
///
/// `CONNECT` is not among them: behind it the decoder expects another protocol and reads no further request.
enum MethodNames {
    static let names: [StaticString] = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY", "SEARCH", "LINK", "UNLINK",
        "PURGE", "SOURCE", "COPY", "MOVE", "LOCK", "UNLOCK", "MKCOL", "PROPFIND", "PROPPATCH", "ACL", "BIND", "REBIND",
        "UNBIND", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE",
        "MKCALENDAR",
    ]

    static func contains(_ method: Span<UInt8>) -> Bool {
        for index in names.indices where method.isText(names[index]) { return true }
        return false
    }
}
