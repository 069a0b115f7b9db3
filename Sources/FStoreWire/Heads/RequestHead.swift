/// Where the parts of a request's head lie in the bytes that came, and what they say about its framing.
package struct RequestHead: Sendable {
    package enum Method: Equatable, Sendable {
        case get, post, other
    }

    package internal(set) var method = Method.other
    /// The path without the query.
    package internal(set) var path = 0..<0
    /// The query without its question mark.
    package internal(set) var query = 0..<0
    /// Bytes of the head, with the empty line.
    package internal(set) var byteCount = 0
    /// Bytes of the body, when a length is given.
    package internal(set) var contentLength = 0
    package internal(set) var authorization: Range<Int>?
    package internal(set) var apiKey: Range<Int>?
    package internal(set) var requestID: Range<Int>?
    package internal(set) var contentType: Range<Int>?
    /// The body comes in chunks.
    package internal(set) var isChunked = false
    /// The connection ends with the answer: `Connection: close`, HTTP/1.0.
    package internal(set) var closes = false
    /// The client sends its body when it is told to.
    package internal(set) var expectsContinue = false
    /// The name of the header that offers another protocol.
    package internal(set) var upgrade: Range<Int>?
    /// That protocol is WebSocket, and the request is one that may change it.
    package internal(set) var offersWebSocket = false
    /// Something that changes how the connection goes on: one of those above, or a target that is no path. Well formed,
    /// and not for the fast path.
    package internal(set) var isUnusual = false
    /// The codings that the client takes answers in, as it names them.
    package internal(set) var acceptEncoding: Range<Int>?
    /// A header that the fast path does not know to be harmless: conditions, content codings, what comes next.
    package internal(set) var hasOtherMeaning = false

    @usableFromInline
    init() {}
}

/// What reading a head came to.
enum HeadReading {
    /// More bytes are needed.
    case incomplete
    case complete(RequestHead)
    case refused(Refusal)
}
