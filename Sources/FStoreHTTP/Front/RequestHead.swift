/// Where the parts of a request's head lie in the bytes that came, and what they say about its framing.
struct RequestHead {
    enum Method: Equatable {
        case get, post, other
    }

    var method = Method.other
    /// The path without the query.
    var path = 0..<0
    /// The query without its question mark.
    var query = 0..<0
    /// Bytes of the head, with the empty line.
    var byteCount = 0
    /// Bytes of the body, when a length is given.
    var contentLength = 0
    var authorization: Range<Int>?
    var apiKey: Range<Int>?
    var requestID: Range<Int>?
    var contentType: Range<Int>?
    /// The body comes in chunks.
    var isChunked = false
    /// The connection ends with the answer: `Connection: close`, HTTP/1.0.
    var closes = false
    /// The client sends its body when it is told to.
    var expectsContinue = false
    /// The name of the header that offers another protocol.
    var upgrade: Range<Int>?
    /// Something that changes how the connection goes on: one of those above, or a target that is no path. Well formed,
    /// and not for the fast path.
    var isUnusual = false
    /// A header that the fast path does not know to be harmless: conditions, content codings, what comes next.
    var hasOtherMeaning = false
}

/// What reading a head came to.
enum HeadReading {
    /// More bytes are needed.
    case incomplete
    case complete(RequestHead)
    case refused(HeadRefusal)
}

/// Why a head is refused. The connection is closed behind the answer: where the next request would begin is unknown.
enum HeadRefusal {
    case malformed(StaticString)
    case targetTooLong
    case headersTooLarge
    case tooManyHeaders
    case methodUnknown

    func error(_ limits: ServerLimits) -> APIError {
        switch self {
        case .malformed(let reason): .malformed("the request is not valid HTTP/1.1: \(reason)")
        case .targetTooLong:
            APIError(
                status: 414,
                code: .uriTooLong,
                message: "the target of the request has more than \(limits.targetBytes) bytes; send it in a body"
            )
        case .headersTooLarge:
            APIError(
                status: 431,
                code: .headersTooLarge,
                message: "the headers have more than \(limits.headerBytes) bytes"
            )
        case .tooManyHeaders:
            APIError(
                status: 431,
                code: .headersTooLarge,
                message: "there are more than \(limits.headerCount) headers"
            )
        case .methodUnknown:
            APIError(
                status: 405,
                code: .methodNotAllowed,
                message: "the method is not one that this server knows",
                headers: [("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")]
            )
        }
    }
}
