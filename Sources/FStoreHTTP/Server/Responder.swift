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
    let crossOrigin: CrossOrigin?
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
        var reply: Reply
        do {
            reply = try await answer(request, context.channel, &progress)
        } catch {
            let refusal = APIError(any: error)
            if refusal.status >= 500 { log.failure(error, progress) }
            reply = Self.reply(refusal, progress)
            // The rest of a body that is too large, or late, is not read.
            switch refusal.code {
            case .payloadTooLarge, .timeout: reply.headers[.connection] = "close"
            default: break
            }
        }
        let isSmaller = compress(&reply, for: request.headers)
        var response = Self.response(reply)
        if let reading = progress.reading {
            for field in RateHeaders(reading, at: time.now).fields {
                if let name = HTTPField.Name(field.name) { response.headers[name] = field.value }
            }
        }
        let origins = request.headers[values: .origin]
        if let crossOrigin {
            for field in crossOrigin.fields(origins.count == 1 ? crossOrigin.index(of: origins[0]) : nil) {
                if let name = HTTPField.Name(field.name) { response.headers[name] = field.value }
            }
        }
        if let vary = AnswerVariance.header(crossOrigin, isCompressible: isSmaller) {
            response.headers[.vary] = response.headers[.vary].map { "\($0), \(vary)" } ?? vary
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
        var principal: Principal?
        var reading: RateMeter.Reading?
    }

    private func answer(
        _ request: Request,
        _ channel: any Channel,
        _ progress: inout RequestProgress
    ) async throws -> Reply {
        if progress.path.utf8.count + progress.query.utf8.count > limits.wire.targetBytes {
            throw APIError(
                status: 414,
                code: .uriTooLong,
                message: "the path and query have more than \(limits.wire.targetBytes) bytes; send them in a body"
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
            if request.method == .options, let reply = preflight(request, methods) { return reply }
            let names = methods.map(\.rawValue).joined(separator: ", ")
            throw APIError(
                status: 405,
                code: .methodNotAllowed,
                message: "\(request.method.rawValue.excerpt) is not allowed on this path; the methods are \(names)",
                headers: [("Allow", names)]
            )
        case .unknown:
            throw APIError.notFound("there is no such path")
        }
        progress.owner = operation.owner
        let entry = try entry(request.headers, for: operation, at: progress.time)
        progress.principal = entry?.principal
        let address = channel.remoteAddress?.ipAddress ?? ""
        do throws(Gate.Refusal) {
            progress.reading = try gate.admit(
                operation.rule,
                entry,
                from: address,
                at: progress.time.monotonic
            )
        } catch {
            if case .limited(let reading) = error { progress.reading = reading }
            throw error
        }
        entry?.use(at: progress.time.now.nanoseconds)
        let admitted = progress
        let lane = threads?.lane(of: entry?.principal.organizationID)
        let bytes = RequestBytes(budget, channel, organization: entry?.principal.organizationID)
        let reply: Reply
        do {
            let origin = RequestOrigin(address: address, requestID: progress.requestID)
            reply = try await RequestOrigin.$current.withValue(origin) {
                try await withTaskExecutorPreference(lane) {
                    try await run(operation, rawParameters, request, channel, bytes, admitted)
                }
            }
        } catch {
            try bytes.answer(0)
            throw error
        }
        try bytes.answer(reply.heldBytes)
        return reply
    }

    /// What a browser asks before it lets a page of another origin send a request. It sends no key with it, so this is
    /// answered in front of the gate. `nil` when it asks something else, or the origin is not one that is allowed.
    private func preflight(_ request: Request, _ methods: [HTTPRequest.Method]) -> Reply? {
        let origins = request.headers[values: .origin]
        guard let crossOrigin, origins.count == 1, crossOrigin.index(of: origins[0]) != nil,
            request.headers[.accessControlRequestMethod] != nil
        else { return nil }
        var reply = Reply.empty
        reply.headers[.accessControlAllowMethods] = methods.map(\.rawValue).joined(separator: ", ")
        reply.headers[.accessControlAllowHeaders] = CrossOrigin.requestHeaders
        reply.headers[.accessControlMaxAge] = "600"
        return reply
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

    private func run(
        _ operation: Operation,
        _ raw: [String: String],
        _ request: Request,
        _ channel: any Channel,
        _ bytes: RequestBytes,
        _ progress: RequestProgress
    ) async throws -> Reply {
        var decoded: [String: String] = [:]
        for (name, text) in raw {
            guard let value = PercentCoding.decodeText(text.utf8, plusIsSpace: false) else {
                throw APIError.malformed("the path is not percent-encoded UTF-8")
            }
            decoded[name] = value
        }
        let query = try QueryParameters(progress.query, for: operation)
        let reader = BodyReader(operation: operation, channel: channel, bytes: bytes)
        let announced = try reader.announced(request)
        var call = Call(
            operation: operation,
            principal: progress.principal,
            requestID: progress.requestID,
            headers: request.headers,
            path: progress.path,
            rawPathParameters: raw,
            pathParameters: decoded,
            query: query,
            rawQuery: progress.query,
            body: ByteBuffer(),
            stream: announced?.body,
            streamType: announced?.streamType,
            receivedAt: progress.time.now,
            maxAnswerBytes: limits.maxAnswerBytes,
            maxMessageBytes: limits.arrowMessageBytes,
            bytes: bytes
        )
        if let announced {
            // The client does not send what is refused here.
            if request.awaitsContinue { try await operation.beforeBody?(call) }
            if announced.streamType == nil { call.body = try await reader.whole(announced.body) }
        }
        return try await operation.handler(call)
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

    /// Compresses what the client takes compressed.
    ///
    /// - Returns: whether it is worth it, for this client or another.
    private func compress(_ reply: inout Reply, for headers: HTTPFields) -> Bool {
        guard case .bytes(let body) = reply.body,
            GzipWriter.isWorthwhile(reply.mediaType, bytes: body.readableBytes)
        else { return false }
        // How well a secret shrinks beside what a stranger chose tells something of the secret.
        if reply.headers[.cacheControl]?.contains("no-store") == true { return false }
        let accepted = headers[values: .acceptEncoding].joined(separator: ",")
        if GzipWriter.isWanted(accepted), let smaller = GzipWriter().compress(body) {
            reply.body = .bytes(smaller)
            reply.headers[.contentEncoding] = "gzip"
            // The same version in other bytes.
            if let tag = reply.headers[.eTag], !tag.hasPrefix("W/") { reply.headers[.eTag] = "W/" + tag }
        }
        return true
    }

    static func response(_ reply: Reply) -> Response {
        var headers = HTTPFields()
        if let mediaType = reply.mediaType { headers[.contentType] = mediaType }
        headers.append(contentsOf: reply.headers)
        let status = HTTPResponse.Status(code: reply.status)
        switch reply.body {
        case .none: return Response(status: status, headers: headers)
        case .bytes(let buffer):
            return Response(status: status, headers: headers, body: ResponseBody(inSlices: buffer))
        case .file(let part):
            return Response(status: status, headers: headers, body: ResponseBody(part))
        case .spool(let file):
            return Response(status: status, headers: headers, body: ResponseBody(file))
        }
    }

    private static func reply(_ error: APIError, _ progress: RequestProgress) -> Reply {
        var headers = HTTPFields()
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
        return .json(body, status: error.status(for: progress.owner), headers: headers)
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
