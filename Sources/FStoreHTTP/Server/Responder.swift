internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreWire
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Answers every request that the fast path does not: finds the operation, asks the gate, reads the body, calls the
/// handler, and turns whatever comes of it into a response.
struct Responder: HTTPResponder {
    typealias Context = ConnectionContext

    let table: OperationTable
    let gate: Gate
    let metrics: RequestMetrics
    let state: ServerState
    let time: TimeSource
    let log: RequestLog
    let limits: ServerLimits
    /// Where handlers run; without it, wherever they are called.
    var threads: ControlThreads?
    let budget: ByteBudget

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let time = RequestTime(self.time)
        metrics.inFlight.add(1)
        defer { metrics.inFlight.add(-1) }
        let requestID = Self.identity(request.headers, time)
        let (path, query) = Self.split(request.head.path ?? "/")
        var progress = RequestProgress(requestID: requestID, path: path, query: query, time: time)
        var response: Response
        do {
            response = try await answer(request, context.channel, &progress)
        } catch {
            let refusal = APIError(any: error)
            if refusal.status >= 500 { log.failure(error, progress) }
            response = Self.response(refusal, progress)
            // The rest of a body that is too large, or late, is not read.
            switch refusal.code {
            case .payloadTooLarge, .timeout: response.headers[.connection] = "close"
            default: break
            }
        }
        if let reading = progress.reading {
            for field in RateHeaders(reading, progress.rate, at: time.now).fields {
                if let name = HTTPField.Name(field.name) { response.headers[name] = field.value }
            }
        }
        response.headers[.requestID] = requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        if state.isDraining { response.headers[.connection] = "close" }
        if request.method == .head {
            response = Response(status: response.status, headers: response.headers)
        }
        let duration = self.time.monotonic() - time.monotonic
        metrics.count(progress.operation, status: Int(response.status.code), nanoseconds: duration)
        log.request(request.method, status: Int(response.status.code), nanoseconds: duration, progress)
        return response
    }

    /// What is known of a request so far.
    struct RequestProgress {
        let requestID: String
        let path: String
        let query: String
        let time: RequestTime
        var operation: Int?
        var owner = APIDocument.house
        var rate = RateClass.exempt
        var principal: Principal?
        var reading: RateMeter.Reading?
    }

    private func answer(
        _ request: Request,
        _ channel: any Channel,
        _ progress: inout RequestProgress
    ) async throws -> Response {
        if progress.path.utf8.count + progress.query.utf8.count > limits.wire.targetBytes {
            throw APIError(
                status: 414,
                code: .uriTooLong,
                message: "the target of the request has more than \(limits.wire.targetBytes) bytes; send it in a body"
            )
        }
        let operation: Operation
        let rawParameters: [String: String]
        switch table.match(request.method, progress.path[...]) {
        case .operation(let index, let parameters):
            operation = table.operations[index]
            progress.operation = index
            rawParameters = parameters
        case .otherMethods(let methods):
            let names = methods.map(\.rawValue).joined(separator: ", ")
            throw APIError(
                status: 405,
                code: .methodNotAllowed,
                message: "\(request.method.rawValue.shown) is not possible here; the methods are \(names)",
                headers: [("Allow", names)]
            )
        case .unknown:
            throw APIError.notFound("there is no such path")
        }
        progress.owner = operation.owner
        progress.rate = operation.rule.rate
        let entry = try entry(request.headers, for: operation, at: progress.time)
        progress.principal = entry?.principal
        do throws(Gate.Refusal) {
            progress.reading = try gate.admit(operation.rule, entry, at: progress.time.monotonic)
        } catch {
            if case .limited(let reading, _) = error { progress.reading = reading }
            throw error
        }
        entry?.use(at: progress.time.now.nanoseconds)
        let admitted = progress
        let lane = threads?.lane(of: entry?.principal.organizationID)
        let bytes = RequestBytes(budget, channel, organization: entry?.principal.organizationID)
        let reply: Reply
        do {
            reply = try await withTaskExecutorPreference(lane) {
                try await operation.handler(call(operation, rawParameters, request, bytes, admitted))
            }
        } catch {
            try bytes.answer(0)
            throw error
        }
        try bytes.answer(reply.byteCount)
        return Self.response(reply)
    }

    /// Whose request it is. Where anybody may ask, a key that opens nothing is as good as none: a probe must not fail
    /// because its key has ended.
    private func entry(
        _ headers: HTTPFields,
        for operation: Operation,
        at time: RequestTime
    ) throws(APIError) -> CredentialEntry? {
        do throws(APIError) {
            return try CredentialHeaders.entry(
                authorization: try Self.single(headers, .authorization),
                apiKey: try Self.single(headers, .apiKey),
                gate: gate,
                at: time
            )
        } catch {
            if operation.rule.access == .open { return nil }
            throw error
        }
    }

    private func call(
        _ operation: Operation,
        _ raw: [String: String],
        _ request: Request,
        _ bytes: RequestBytes,
        _ progress: RequestProgress
    ) async throws -> Call {
        var decoded: [String: String] = [:]
        for (name, text) in raw {
            guard let value = PercentCoding.decodeText(text.utf8, plusIsSpace: false) else {
                throw APIError.malformed("the path is not percent-encoded UTF-8")
            }
            decoded[name] = value
        }
        let query = try QueryParameters(progress.query, for: operation)
        let body = try await BodyReader(operation: operation, bytes: bytes).read(request)
        return Call(
            operation: operation,
            principal: progress.principal,
            requestID: progress.requestID,
            headers: request.headers,
            path: progress.path,
            rawPathParameters: raw,
            pathParameters: decoded,
            query: query,
            rawQuery: progress.query,
            body: body.whole,
            stream: body.stream,
            isLines: body.isLines,
            receivedAt: progress.time.now,
            maxAnswerBytes: limits.maxAnswerBytes,
            bytes: bytes
        )
    }

    private static func split(_ target: String) -> (path: String, query: String) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, "") }
        return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }

    private static func identity(_ headers: HTTPFields, _ time: RequestTime) -> String {
        if let given = headers[.requestID], RequestIdentity.isAccepted(given.utf8Span.span) { return given }
        var generator = SystemRandomNumberGenerator()
        return RequestIdentity.make(at: time.now.nanoseconds / 1_000_000, using: &generator)
    }

    /// A header that may stand there once.
    private static func single(_ headers: HTTPFields, _ name: HTTPField.Name) throws(APIError) -> String? {
        let values = headers[values: name]
        if values.count > 1 { throw .malformed("the header \(name.rawName) is given twice") }
        return values.first
    }

    // MARK: Responses

    private static func response(_ reply: Reply) -> Response {
        var headers = reply.headers
        if let mediaType = reply.mediaType { headers[.contentType] = mediaType }
        let status = HTTPResponse.Status(code: reply.status)
        switch reply.body {
        case .none: return Response(status: status, headers: headers)
        case .bytes(let buffer):
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: buffer))
        }
    }

    private static func response(_ error: APIError, _ progress: RequestProgress) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        for field in error.headers {
            if let name = HTTPField.Name(field.name) { headers[name] = field.value }
        }
        let body = ErrorBody.bytes(
            error,
            owner: progress.owner,
            requestID: progress.requestID,
            path: progress.path,
            at: progress.time.now
        )
        return Response(
            status: HTTPResponse.Status(code: error.status(for: progress.owner)),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}

/// What the responder knows of the connection that a request came on.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-ID") ?? .from
    static let apiKey = HTTPField.Name("X-API-Key") ?? .from
}
