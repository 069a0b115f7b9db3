internal import FStore
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Reads the body of a request as its operation wants it: as a whole, within its limit, or as a stream.
struct BodyReader {
    let operation: Operation
    /// The connection, where it must hear that the body is wanted.
    let channel: any Channel
    let bytes: RequestBytes?

    /// What the head of a request says of its body, and nothing in it is a reason to refuse it.
    struct Announced {
        let body: IncomingBody
        /// The media type of a body that is read as it comes in; `nil` for one that is read as a whole.
        let streamType: String?
    }

    /// Checks what the head says, before anything is read: the client that waits for `100 Continue` need not send a
    /// body which will be refused.
    ///
    /// - Returns: `nil` for an operation that takes no body. One that nobody asked for is read past, up to a point, so
    ///   that the connection can be used again.
    func announced(_ request: Request) throws(APIError) -> Announced? {
        guard let expected = operation.body else { return nil }
        // An optional body that is absent needs no Content-Type.
        if !expected.isRequired, request.headers[.contentType] == nil, Self.isWithoutBody(request) { return nil }
        let mediaType = try mediaType(request, expected)
        let isCompressed = try isCompressed(request)
        let isStreamed = expected.isStreamed(mediaType)
        let limit = isStreamed ? Int.max : expected.maxBytes ?? Int.max
        if let bytes = request.headers[.contentLength].flatMap({ Int($0) }), bytes > limit {
            throw Self.tooLarge(limit)
        }
        return Announced(
            body: IncomingBody(
                request.body,
                waiting: request.awaitsContinue ? channel : nil,
                maxDecodedBytes: isCompressed ? limit : nil,
                bytes: bytes
            ),
            streamType: isStreamed ? mediaType : nil
        )
    }

    private static func isWithoutBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] == nil && request.headers[.contentLength] ?? "0" == "0"
    }

    /// The whole body.
    func whole(_ body: IncomingBody) async throws -> ByteBuffer {
        let limit = operation.body?.maxBytes ?? Int.max
        var whole = ByteBuffer()
        var reader = body.reader()
        while var chunk = try await reader.next() {
            if whole.readableBytes + chunk.readableBytes > limit { throw Self.tooLarge(limit) }
            whole.writeBuffer(&chunk)
            try bytes?.receive(held: whole.readableBytes, received: whole.readableBytes)
        }
        bytes?.work()
        if whole.readableBytes == 0, operation.body?.isRequired == true {
            throw APIError.malformed("the body is missing")
        }
        return whole
    }

    /// The media type without its parameters, in lower case.
    private func mediaType(_ request: Request, _ expected: RequestBodyRule) throws(APIError) -> String {
        guard let header = request.headers[.contentType] else { throw Self.unsupported(expected, nil) }
        let parts = header.split(separator: ";", omittingEmptySubsequences: false)
        let name = (parts.first ?? "").filter { $0 != " " && $0 != "\t" }.lowercased()
        for parameter in parts.dropFirst() {
            let text = parameter.filter { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased()
            if text.hasPrefix("charset="), text != "charset=utf-8" {
                throw Self.unsupported(expected, header)
            }
        }
        if !expected.mediaTypes.contains(name) { throw Self.unsupported(expected, header) }
        return name
    }

    /// Whether gzip has compressed the body.
    private func isCompressed(_ request: Request) throws(APIError) -> Bool {
        let codings = request.headers[values: .contentEncoding].joined(separator: ", ")
        switch codings.lowercased() {
        case "", "identity": return false
        case "gzip", "x-gzip": return true
        default:
            throw APIError(
                status: 415,
                code: .unsupportedMediaType,
                message: "the Content-Encoding must be gzip or identity; \"\(codings.excerpt)\" was given",
                headers: [("Accept-Encoding", "gzip")]
            )
        }
    }

    private static func unsupported(_ expected: RequestBodyRule, _ given: String?) -> APIError {
        let types = expected.mediaTypes.joined(separator: ", ")
        return APIError(
            status: 415,
            code: .unsupportedMediaType,
            message: "the Content-Type must be \(types); \(given.map { "\"\($0.excerpt)\"" } ?? "none") was given",
            headers: [("Accept", types)]
        )
    }

    private static func tooLarge(_ limit: Int) -> APIError {
        .bodyTooLarge(limit, "the body has more than \(limit) bytes")
    }

    typealias RequestBodyRule = FStoreHTTP.RequestBody
}

extension Request {
    /// Whether the client sends the body when it is told to.
    var awaitsContinue: Bool { headers[.expect]?.lowercased() == "100-continue" }
}
