internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Reads the body of a request as its operation wants it: as a whole, within its limit, or as a stream.
struct BodyReader {
    let operation: Operation
    let bytes: RequestBytes?

    struct Content {
        var whole = ByteBuffer()
        var stream: RequestBody?
        var isLines = false
    }

    func read(_ request: Request) async throws -> Content {
        guard let expected = operation.body else {
            // A body that nobody asked for is read past, up to a point, so that the connection can be used again.
            return Content()
        }
        let mediaType = try mediaType(request, expected)
        if mediaType == "application/x-ndjson" { return Content(stream: request.body, isLines: true) }
        let limit = expected.maxBytes ?? Int.max
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw Self.tooLarge(limit)
        }
        var whole = ByteBuffer()
        var chunks = request.body.makeAsyncIterator()
        while var chunk = try await Self.next(&chunks, bytes) {
            if whole.readableBytes + chunk.readableBytes > limit { throw Self.tooLarge(limit) }
            whole.writeBuffer(&chunk)
            try bytes?.receive(held: whole.readableBytes, received: whole.readableBytes)
        }
        bytes?.work()
        if whole.readableBytes == 0, expected.isRequired { throw APIError.malformed("the body is missing") }
        return Content(whole: whole)
    }

    /// The next part of a body; `nil` behind the last.
    ///
    /// - Throws: 503 when it had to go for others; 400 when its chunks are not what HTTP says, or it ends before its
    ///   end: nobody knows where the next request would begin, so the connection is closed.
    static func next(_ chunks: inout RequestBody.AsyncIterator, _ bytes: RequestBytes?) async throws -> ByteBuffer? {
        do {
            return try await chunks.next()
        } catch {
            var refusal =
                bytes?.eviction() ?? APIError.malformed("the body ends before its end, or its chunks are broken")
            refusal.headers.append(("Connection", "close"))
            throw refusal
        }
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
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw APIError(
                status: 415,
                code: .unsupportedMediaType,
                message: "the Content-Encoding \"\(encoding.shown)\" is not taken; send the body as it is"
            )
        }
        if !expected.mediaTypes.contains(name) { throw Self.unsupported(expected, header) }
        return name
    }

    private static func unsupported(_ expected: RequestBodyRule, _ given: String?) -> APIError {
        let types = expected.mediaTypes.joined(separator: ", ")
        return APIError(
            status: 415,
            code: .unsupportedMediaType,
            message: "the Content-Type must be \(types); \(given.map { "\"\($0.shown)\"" } ?? "none") was given",
            headers: [("Accept", types)]
        )
    }

    private static func tooLarge(_ limit: Int) -> APIError {
        APIError(
            status: 413,
            code: .payloadTooLarge,
            message: "the body has more than \(limit) bytes",
            details: [("limit_bytes", .integer(limit))]
        )
    }

    typealias RequestBodyRule = FStoreHTTP.RequestBody
    typealias RequestBody = Hummingbird.RequestBody
}
