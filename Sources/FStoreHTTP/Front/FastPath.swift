internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreWire
internal import NIOCore
internal import Synchronization

/// Answers hot requests on one event loop, with the same bytes as the slow path.
///
/// The gate is asked first, with the rule of the operation, and its refusals are answered here: a client beyond its
/// limit costs no look-up. Of what is let in it answers what succeeds. What would be refused for its content, or is
/// not of the plainest form, it declines before anything is written, and the slow path finds the words. The admission
/// is given back then, since the slow path asks the gate again.
///
/// `@unchecked Sendable`: made for one event loop and used on it alone.
final class FastPath: @unchecked Sendable {
    /// Bytes of an answer that the event loop gives; a larger one takes longer to write than other connections should
    /// wait. It is below what `max_answer_bytes` may be set to.
    static let maxBodyBytes = 524_288
    /// Bytes of the values in such an answer: a number takes a hundred times as long to write as it takes to copy.
    static let maxValueBytes = 131_072
    /// Cells that the event loop passes over for one answer.
    static let maxSteps = 2048

    let values: ValueService
    let routes: HotRoutes
    private let gate: Gate
    private let health: HealthService
    private let state: ServerState
    private let source: TimeSource
    private let metrics: RequestMetrics
    private let table: OperationTable
    private let crossOrigin: CrossOrigin?
    let tally: CacheTally
    let features: FeatureCache
    let names: FeatureCache
    private let latest: LatestValues
    let onlineRead = OnlineRead(maxBytes: maxValueBytes)
    let columns = ColumnCache()
    private let body: JSONBuffer
    private let answers: FastAnswers
    private var numbers = FastNumbers()
    /// Batches whose answer is still to be written on the event loop, which must not end before.
    private let openWrites = Atomic<Int>(0)

    init(
        _ services: Services,
        routes: HotRoutes,
        table: OperationTable,
        metrics: RequestMetrics,
        crossOrigin: CrossOrigin? = nil
    ) {
        values = services.values
        gate = services.gate
        health = services.health
        state = services.state
        source = services.time
        self.routes = routes
        self.table = table
        self.metrics = metrics
        self.crossOrigin = crossOrigin
        tally = services.caches.tally()
        features = FeatureCache.encoded(slots: 512, tally: tally)
        names = FeatureCache.plain(slots: 2048, tally: tally)
        answers = FastAnswers(maxBytes: Self.maxBodyBytes, crossOrigin)
        body = answers.body
        latest = LatestValues(
            values: services.values,
            features: features,
            steps: Self.maxSteps,
            maxBytes: Self.maxValueBytes
        )
    }

    /// What a connection remembers of its last credential, so that it is hashed once.
    struct Memory {
        fileprivate var text: [UInt8] = []
        fileprivate var entry: CredentialEntry?
        var organization: Int64? { entry?.principal.organizationID }
    }

    /// One request on its way.
    struct Exchange {
        let entry: CredentialEntry
        let operation: Int
        let rule: AccessRule
        /// What the answer says of the request.
        var form: FastAnswers.Form
        var caller: Principal { entry.principal }
        var time: RequestTime { form.time }
    }

    /// - Parameters:
    ///   - hot: the form of the request.
    ///   - request: its head.
    ///   - bytes: head and body.
    ///   - memory: what the connection remembers.
    ///   - output: gets the answer behind what it holds.
    ///   - complete: called on the writer's thread when a batch is committed or refused.
    func answer(
        _ hot: HotRequest,
        _ request: RequestHead,
        _ bytes: Span<UInt8>,
        memory: inout Memory,
        into output: inout ByteBuffer,
        complete: @escaping @Sendable (FastWrite.Result) -> Void
    ) -> HotOutcome {
        if state.isDraining { return .declined }
        let time = RequestTime(source)
        let known = credential(request, bytes, &memory, time)
        if known == nil {
            // Anybody may ask for the server's state; who else has no key is told so on the slow path.
            guard case .open = hot.route.rule.access else { return .declined }
        }
        var form = FastAnswers.Form(requestID: identity(request, bytes, time), time: time)
        if let crossOrigin { form.origin = crossOrigin.index(in: bytes.extracting(0..<request.byteCount)) }
        guard let entry = known else { return probe(hot.route, form, into: &output) }
        var exchange = Exchange(entry: entry, operation: hot.route.operation, rule: hot.route.rule, form: form)
        do throws(Gate.Refusal) {
            exchange.form.reading = try gate.admit(exchange.rule, entry, at: time.monotonic)
        } catch {
            refuse(error, &exchange, path: bytes.extracting(request.path), into: &output)
            return .answered
        }
        entry.use(at: time.now.nanoseconds)
        let outcome = answer(hot, request, bytes, exchange, into: &output, complete)
        // The slow path asks the gate again.
        if case .declined = outcome { gate.giveBack(exchange.rule, entry) }
        return outcome
    }

    /// Answers a request that the gate has let in.
    private func answer(
        _ hot: HotRequest,
        _ request: RequestHead,
        _ bytes: Span<UInt8>,
        _ exchange: Exchange,
        into output: inout ByteBuffer,
        _ complete: @escaping @Sendable (FastWrite.Result) -> Void
    ) -> HotOutcome {
        let content = bytes.extracting(request.byteCount..<(request.byteCount + request.contentLength))
        switch hot.route.form {
        case .values:
            let query = bytes.extracting(request.query)
            guard readValues(bytes.extracting(hot.reference), query, exchange) else { return .declined }
        case .onlineRead:
            guard FastOnlineRead.run(self, content, exchange, into: body) else { return .declined }
        case .write:
            let path = bytes.extracting(request.path)
            return FastWrite.one(self, bytes.extracting(hot.reference), content, path: path, exchange, complete)
        case .live, .ready: return probe(hot.route, exchange.form, into: &output)
        case .onlineWrite:
            return FastWrite.rows(self, content, path: bytes.extracting(request.path), exchange, complete)
        }
        if let accepted = request.acceptEncoding, answers.isCompressed(for: bytes.extracting(accepted)) {
            if body.count > FastAnswers.maxCompressedBytes { return .declined }
            if answers.writeCompressed(exchange.form, into: &output) {
                count(exchange, status: 200)
                return .answered
            }
        }
        finish(exchange, status: 200, into: &output)
        return .answered
    }

    /// Whether a batch waits for its commit.
    var isWriting: Bool { openWrites.load(ordering: .acquiring) > 0 }

    func writeBegins() { openWrites.add(1, ordering: .relaxed) }

    func writeEnded() { openWrites.subtract(1, ordering: .releasing) }

    // MARK: Who asks

    private func credential(
        _ request: RequestHead,
        _ bytes: Span<UInt8>,
        _ memory: inout Memory,
        _ time: RequestTime
    ) -> CredentialEntry? {
        var range: Range<Int>
        switch (request.authorization, request.apiKey) {
        case (let header?, nil):
            guard header.count > 7, bytes[header.lowerBound] == UInt8(ascii: "B"),
                bytes[header.lowerBound + 1] == UInt8(ascii: "e"), bytes[header.lowerBound + 2] == UInt8(ascii: "a"),
                bytes[header.lowerBound + 3] == UInt8(ascii: "r"), bytes[header.lowerBound + 4] == UInt8(ascii: "e"),
                bytes[header.lowerBound + 5] == UInt8(ascii: "r"), bytes[header.lowerBound + 6] == 0x20
            else { return nil }
            range = (header.lowerBound + 7)..<header.upperBound
        case (nil, let header?): range = header
        default: return nil
        }
        let text = bytes.extracting(range)
        if let known = memory.entry, memory.text.count == text.count {
            if memory.text.span.isSame(as: text), known.isValid(at: time.now.nanoseconds) {
                tally.hit()
                return known
            }
        }
        tally.miss()
        guard let entry = gate.entry(for: text, at: time.now.nanoseconds) else { return nil }
        memory.text.removeAll(keepingCapacity: true)
        for index in text.indices { memory.text.append(text[index]) }
        memory.entry = entry
        return entry
    }

    private func identity(_ request: RequestHead, _ bytes: Span<UInt8>, _ time: RequestTime) -> String {
        if let range = request.requestID, RequestIdentity.isAccepted(bytes.extracting(range)),
            let text = PlainValue.text(bytes.extracting(range))
        {
            return text
        }
        return RequestIdentity.make(at: time.now.nanoseconds / 1_000_000, using: &numbers)
    }

    // MARK: Values

    private func readValues(_ reference: Span<UInt8>, _ query: Span<UInt8>, _ exchange: Exchange) -> Bool {
        guard let question = FastQuery(query, now: exchange.time.now) else { return false }
        do throws(APIError) {
            return try latest.write(
                reference,
                entityIDs: query.extracting(question.entityIDs),
                at: question.time,
                for: exchange.caller,
                into: body
            )
        } catch {
            return false
        }
    }

    // MARK: Probes

    /// Answered here whatever the control plane does: a server that is busy must not be taken for one that is dead.
    private func probe(
        _ route: HotRoutes.Route,
        _ form: FastAnswers.Form,
        into output: inout ByteBuffer
    ) -> HotOutcome {
        body.removeAll()
        var status = 200
        if case .live = route.form {
            body.append(HealthRoutes.liveBody)
        } else {
            let report = health.report()
            status = HealthRoutes.status(report)
            body.append(HealthRoutes.readyBody(report))
        }
        answers.write(form, status: status, error: nil, into: &output)
        metrics.count(route.operation, status: status, nanoseconds: source.monotonic() - form.time.monotonic)
        metrics.fastAnswers.add()
        return .answeredAnybody
    }

    // MARK: Answers

    /// Puts head and body behind what `output` holds, and counts the answer.
    func finish(_ exchange: Exchange, status: Int, into output: inout ByteBuffer) {
        answers.write(exchange.form, status: status, error: nil, into: &output)
        count(exchange, status: status)
    }

    /// The answer to a batch that was committed or refused.
    func finish(_ result: FastWrite.Result, into output: inout ByteBuffer) {
        switch result.outcome {
        case .success(let receipt):
            body.removeAll()
            result.write(receipt, to: body)
            finish(result.exchange, status: 201, into: &output)
        case .failure(let error):
            finish(result.exchange, APIError(error), path: result.path, into: &output)
        }
    }

    /// The answer to a request that the gate has refused.
    private func refuse(
        _ refusal: Gate.Refusal,
        _ exchange: inout Exchange,
        path: Span<UInt8>,
        into output: inout ByteBuffer
    ) {
        if case .limited(let reading) = refusal { exchange.form.reading = reading }
        finish(exchange, APIError(refusal), path: PlainValue.text(path) ?? "", into: &output)
    }

    private func finish(_ exchange: Exchange, _ error: APIError, path: String, into output: inout ByteBuffer) {
        let owner = table.operations[exchange.operation].owner
        let text = ErrorBody.bytes(
            error,
            owner: owner,
            requestID: exchange.form.requestID,
            path: path,
            at: exchange.time.now
        )
        body.removeAll()
        body.append(text)
        let status = error.status(for: owner)
        answers.write(exchange.form, status: status, error: error, into: &output)
        count(exchange, status: status)
    }

    private func count(_ exchange: Exchange, status: Int) {
        let duration = source.monotonic() - exchange.time.monotonic
        metrics.count(exchange.operation, status: status, nanoseconds: duration)
        metrics.fastAnswers.add()
    }
}

extension FeatureCache {
    /// A cache for references as paths have them: percent-encoded.
    static func encoded(slots: Int, tally: CacheTally = CacheTally()) -> FeatureCache {
        FeatureCache(slots: slots, tally: tally) { PercentCoding.decodeText($0, plusIsSpace: false) }
    }
}
