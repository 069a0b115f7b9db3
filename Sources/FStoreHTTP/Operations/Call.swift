internal import FStoreIdentity
internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import HTTPTypes
internal import NIOCore

/// One request that the gate let in, as a handler sees it.
struct Call: Sendable {
    let operation: Operation
    /// Who asks; `nil` only on operations that are open to anybody.
    let principal: Principal?
    let requestID: String
    let headers: HTTPFields
    /// The path as it was sent.
    let path: String
    /// Parameters of the path as they were sent.
    let rawPathParameters: [String: String]
    /// Parameters of the path, percent-decoded.
    let pathParameters: [String: String]
    let query: QueryParameters
    /// The query as it was sent, without its question mark.
    let rawQuery: String
    /// The body, when the operation takes one as a whole.
    var body: ByteBuffer
    /// The body, when the operation reads it as a stream.
    let stream: IncomingBody?
    /// The media type of that stream; `nil` when the body is read as a whole.
    let streamType: String?
    let receivedAt: Timestamp
    /// Bytes of the answer's body at most.
    let maxAnswerBytes: Int
    /// Bytes of one message of an Arrow stream at most.
    let maxMessageBytes: Int
    /// What of the body is held counts here.
    let bytes: RequestBytes?

    /// The caller of an operation that is not open. The gate has let nobody else in.
    var caller: Principal {
        get throws {
            guard let principal else { throw APIError.authentication() }
            return principal
        }
    }

    /// A buffer for the body of the answer, which holds no more than it may have.
    func answer() -> JSONBuffer { JSONBuffer(limit: maxAnswerBytes) }

    /// A parameter of the path. The router has found it, or the handler would not run.
    func pathParameter(_ name: String) throws -> String {
        guard let text = pathParameters[name] else { throw APIError.notFound("there is no such path") }
        return text
    }

    /// A parameter of the path that is the number of an entry. Another text names none.
    func pathNumber(_ name: String) throws -> Int64 {
        let text = try pathParameter(name)
        guard let number = Int64(text), String(number) == text else { throw CatalogError.notFound }
        return number
    }

    /// A parameter of the path as it was sent.
    func rawPathParameter(_ name: String) throws -> String {
        guard let text = rawPathParameters[name] else { throw APIError.notFound("there is no such path") }
        return text
    }

    /// The body as JSON that fits the operation's schema.
    func json() throws -> JSONValue {
        let value = try jsonUnchecked()
        guard let schema = operation.body?.schema else { return value }
        let problems = schema.problems(with: value)
        if !problems.isEmpty { throw APIError.invalid(problems) }
        return value
    }

    /// The body as JSON, whatever it says.
    func jsonUnchecked() throws -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(body.readableBytesView, maxNodes: FStoreHTTP.RequestBody.maxNodes)
        } catch  where error.hasTooManyNodes {
            let limit = FStoreHTTP.RequestBody.maxNodes
            throw APIError(
                status: 413,
                code: .payloadTooLarge,
                message: "the body consists of more than \(limit) values; send it in several requests",
                details: [("limit_values", .integer(limit))]
            )
        } catch {
            throw APIError.malformed("the body is \(error.description)", details: [("offset", .integer(error.offset))])
        }
    }
}
