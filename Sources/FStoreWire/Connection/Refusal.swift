/// An answer to a request that never becomes one. The connection ends with it: where the next request would begin is
/// unknown, or there is to be no further one.
///
/// It has no memory of its own, so that ``Connection/Action`` costs nothing to hand around.
package enum Refusal: Sendable {
    /// The head is not what HTTP/1.1 says, for this reason.
    case malformed(StaticString)
    case methodUnknown
    case targetTooLong(limitBytes: Int)
    case headersTooLarge(limitBytes: Int)
    case tooManyHeaders(limit: Int)
    /// The head, or a body that an event loop would have answered, did not come in time.
    case tooSlow(seconds: Int)
    /// The address of the client has as many connections as it may have.
    case tooManyConnections(limit: Int)
    /// The server has no descriptor for the connection.
    case noRoom

    package var status: Int {
        switch self {
        case .malformed: 400
        case .methodUnknown: 405
        case .tooSlow: 408
        case .targetTooLong: 414
        case .headersTooLarge, .tooManyHeaders: 431
        case .tooManyConnections, .noRoom: 503
        }
    }

    /// A sentence for people, without a full stop.
    package var message: String {
        switch self {
        case .malformed(let reason): "the request is not valid HTTP/1.1: \(reason)"
        case .methodUnknown: "this server does not know the method"
        case .targetTooLong(let limit):
            "the path and query have more than \(limit) bytes; send them in a body"
        case .headersTooLarge(let limit): "the headers have more than \(limit) bytes"
        case .tooManyHeaders(let limit): "there are more than \(limit) headers"
        case .tooSlow(let seconds): "the request was not complete after \(seconds) s"
        case .tooManyConnections(let limit):
            "your address has \(limit) connections open, which is the limit; send several requests over each"
        case .noRoom: "the server has no room for another connection; try again in a second"
        }
    }

    /// Headers that the status asks for.
    package var headers: [(name: String, value: String)] {
        switch self {
        case .methodUnknown: [("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")]
        case .tooManyConnections, .noRoom: [("Retry-After", "1")]
        default: []
        }
    }
}
