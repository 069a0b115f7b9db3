internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreWire
internal import NIOCore
internal import Synchronization

/// Answers hot requests on one event loop, with the same bytes as the slow path.
///
/// It answers what succeeds. Whatever would be refused, or is not of the plainest form, it declines before anything is
/// counted or written, and the slow path finds the words.
///
/// `@unchecked Sendable`: made for one event loop and used on it alone.
final class FastPath: @unchecked Sendable {
    /// The positions of the hot operations in the table, for the metrics.
    struct Positions: Sendable {
        let values: Int
        let write: Int
        let onlineRead: Int
        let onlineWrite: Int

        init?(_ table: OperationTable) {
            func position(_ id: String) -> Int? { table.operations.firstIndex { $0.id == id } }
            guard let values = position("getFeatureValues"), let write = position("writeFeatureValues"),
                let onlineRead = position("onlineRead"), let onlineWrite = position("onlineWrite")
            else { return nil }
            (self.values, self.write, self.onlineRead, self.onlineWrite) = (values, write, onlineRead, onlineWrite)
        }
    }

    /// What became of a request.
    enum Outcome {
        case declined
        /// The answer stands in the output.
        case answered
        /// The answer follows when the batch is committed.
        case writing
    }

    let store: FeatureStore
    private let gate: Gate
    private let metrics: RequestMetrics
    private let health: Health
    private let positions: Positions
    let features = FeatureCache(slots: 512)
    let names = FeatureCache(slots: 2048, isEncoded: false)
    private let latest: LatestValues
    let onlineRead = OnlineRead()
    let columns = ColumnCache()
    private let body = JSONBuffer(capacity: 16_384)
    private let head = JSONBuffer(capacity: 1024)
    private var numbers = FastNumbers()
    private var date = DateLine()
    /// Batches whose answer is still to be written on the event loop, which must not end before.
    private let openWrites = Atomic<Int>(0)

    init(
        store: FeatureStore,
        gate: Gate,
        metrics: RequestMetrics,
        health: Health,
        positions: Positions
    ) {
        self.store = store
        self.gate = gate
        self.metrics = metrics
        self.health = health
        self.positions = positions
        latest = LatestValues(features: features)
    }

    /// What a connection remembers of its last credential, so that it is hashed once.
    struct Memory {
        fileprivate var text: [UInt8] = []
        fileprivate var entry: KeyEntry?
    }

    /// One request on its way.
    struct Exchange {
        let entry: KeyEntry
        let clock: Clock
        let requestID: String
        var reading: RateMeter.Reading?
        let rate: RateClass
        let operation: Int
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
    ) -> Outcome {
        if health.isDraining { return .declined }
        let clock = Clock.read()
        guard let entry = credential(request, bytes, &memory, clock) else { return .declined }
        var exchange = Exchange(
            entry: entry,
            clock: clock,
            requestID: identity(request, bytes, clock),
            rate: hot.rate,
            operation: hot.position(positions)
        )
        let content = bytes.extracting(request.byteCount..<(request.byteCount + request.contentLength))
        switch hot {
        case .values(let reference):
            guard let time = readValues(bytes.extracting(reference), bytes.extracting(request.query), exchange),
                admit(&exchange)
            else { return .declined }
            _ = time
            finish(exchange, status: 200, into: &output)
            return .answered
        case .onlineRead:
            guard FastOnlineRead.run(self, content, exchange, into: body), admit(&exchange) else { return .declined }
            finish(exchange, status: 200, into: &output)
            return .answered
        case .write(let reference):
            if entry.principal.role < .developer { return .declined }
            return FastWrite.one(self, bytes.extracting(reference), content, &exchange, complete)
        case .onlineWrite:
            if entry.principal.role < .developer { return .declined }
            return FastWrite.rows(self, content, &exchange, complete)
        }
    }

    /// Counts the request, once nothing can go wrong any more.
    func admit(_ exchange: inout Exchange) -> Bool {
        exchange.reading = Gate.count(exchange.rate, exchange.entry, at: exchange.clock.monotonic)
        guard exchange.reading?.isAdmitted ?? true else { return false }
        exchange.entry.use(at: exchange.clock.now.nanoseconds)
        return true
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
        _ clock: Clock
    ) -> KeyEntry? {
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
            var difference: UInt8 = 0
            for index in text.indices { difference |= memory.text[index] ^ text[index] }
            if difference == 0, known.isValid(at: clock.now.nanoseconds) { return known }
        }
        guard let entry = gate.entry(for: text, at: clock.now) else { return nil }
        memory.text.removeAll(keepingCapacity: true)
        for index in text.indices { memory.text.append(text[index]) }
        memory.entry = entry
        return entry
    }

    private func identity(_ request: RequestHead, _ bytes: Span<UInt8>, _ clock: Clock) -> String {
        if let range = request.requestID, RequestIdentity.isAccepted(bytes.extracting(range)),
            let text = PlainValue.text(bytes.extracting(range))
        {
            return text
        }
        return RequestIdentity.make(at: clock.now.nanoseconds / 1_000_000, using: &numbers)
    }

    // MARK: Values

    private func readValues(_ reference: Span<UInt8>, _ query: Span<UInt8>, _ exchange: Exchange) -> Bool? {
        guard let question = FastQuery(query, now: exchange.clock.now) else { return nil }
        do throws(APIError) {
            let isFound = try latest.write(
                reference,
                space: exchange.entry.principal.space,
                entityIDs: query.extracting(question.entityIDs),
                at: question.time,
                from: store,
                into: body
            )
            return isFound ? true : nil
        } catch {
            return nil
        }
    }

    // MARK: Answers

    /// Puts head and body behind what `output` holds, and counts the answer.
    func finish(_ exchange: Exchange, status: Int, into output: inout ByteBuffer) {
        writeHead(exchange, status: status, error: nil)
        head.write(to: &output)
        body.write(to: &output)
        count(exchange, status: status)
    }

    /// The answer to a batch that was committed or refused.
    func finish(_ result: FastWrite.Result, into output: inout ByteBuffer) {
        var error: APIError?
        switch result.outcome {
        case .success(let receipt):
            body.removeAll()
            result.write(receipt, to: body)
        case .failure(let refusal):
            let refused = APIError(refusal, owner: result.owner, field: result.field)
            error = refused
            body.removeAll()
            body.append(
                ErrorBody.bytes(
                    refused,
                    owner: result.owner,
                    requestID: result.exchange.requestID,
                    path: result.path,
                    at: result.exchange.clock.now
                )
            )
        }
        let status = error?.status ?? 201
        writeHead(result.exchange, status: status, error: error)
        head.write(to: &output)
        body.write(to: &output)
        count(result.exchange, status: status)
    }

    private func count(_ exchange: Exchange, status: Int) {
        let duration = Clock.monotonicNanoseconds() - exchange.clock.monotonic
        metrics.count(exchange.operation, status: status, nanoseconds: duration)
        metrics.fastAnswers.add()
    }

    /// The head, with its headers in the order of the slow path.
    private func writeHead(_ exchange: Exchange, status: Int, error: APIError?) {
        head.removeAll()
        switch status {
        case 200: head.append("HTTP/1.1 200 OK\r\n")
        case 201: head.append("HTTP/1.1 201 Created\r\n")
        default:
            head.append("HTTP/1.1 ")
            head.append(status)
            head.append(" \(StatusText.text(status))\r\n")
        }
        head.append("Content-Type: application/json\r\n")
        for field in error?.headers ?? [] { head.append("\(field.name): \(field.value)\r\n") }
        head.append("Content-Length: ")
        head.append(body.count)
        head.append("\r\n")
        if let reading = exchange.reading {
            for field in RateHeaders(reading, exchange.rate, at: exchange.clock.now).fields {
                head.append(field.name)
                head.append(": ")
                head.append(field.value)
                head.append("\r\n")
            }
        }
        head.append("X-Request-ID: ")
        head.append(exchange.requestID)
        head.append("\r\nX-Content-Type-Options: nosniff\r\n")
        date.update(exchange.clock.now.nanoseconds / 1_000_000_000)
        head.append(date.bytes)
        head.append("\r\n")
    }
}

extension HotRequest {
    fileprivate var rate: RateClass {
        switch self {
        case .values, .onlineRead: .read
        case .write, .onlineWrite: .write
        }
    }

    fileprivate func position(_ positions: FastPath.Positions) -> Int {
        switch self {
        case .values: positions.values
        case .write: positions.write
        case .onlineRead: positions.onlineRead
        case .onlineWrite: positions.onlineWrite
        }
    }
}
