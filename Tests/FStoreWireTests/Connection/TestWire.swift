@testable import FStoreWire

/// The owner of a socket that is none: does what a connection says, and records it. The clock stands still until a test
/// moves it.
final class TestWire {
    /// Answers `GET /hot` and, when it is committed, `POST /write`.
    struct Hot: HotAnswering {
        var declines = false
        var asked = 0

        func form(of head: RequestHead, _ bytes: Span<UInt8>) -> Bool? {
            let path = bytes.extracting(head.path)
            return path.isText("/hot") ? false : path.isText("/write") ? true : nil
        }

        mutating func answer(
            _ isWrite: Bool,
            _ head: RequestHead,
            _ bytes: Span<UInt8>,
            into output: inout String
        ) -> HotOutcome {
            asked += 1
            if declines { return .declined }
            if isWrite { return .writing }
            output += "hot."
            return .answered
        }
    }

    var connection: Connection
    var hot = Hot()
    /// Nanoseconds.
    var now: UInt64 = 1_000_000_000
    private(set) var pending: [UInt8] = []
    private(set) var output = ""
    private(set) var handedOnBytes: [UInt8] = []
    private(set) var refused: Refusal?
    private(set) var hasBrokenOff = false
    private(set) var upgrades = 0
    private(set) var isEnding = false
    private(set) var isOutputClosed = false
    private(set) var isClosed = false
    /// Whether the system takes at once what is written.
    var sendsAtOnce = true
    /// Whether the reader behind and the writer answer as soon as they can.
    let answersAtOnce: Bool
    /// Bytes that the client has not taken, and whether the socket is read, as the next ticks will see it.
    var unsent = 0
    var isReading = true

    init(
        _ limits: WireLimits = WireLimits(),
        refusing refusal: Refusal? = nil,
        acceptsWebSocket: Bool = false,
        answersAtOnce: Bool = false
    ) {
        connection = Connection(limits: limits, at: now, refusing: refusal, acceptsWebSocket: acceptsWebSocket)
        self.answersAtOnce = answersAtOnce
    }

    var handedOn: String { String(decoding: handedOnBytes, as: UTF8.self) }

    var mayRead: Bool { connection.mayRead(pending: pending.count) }

    func takeHandedOn() -> String {
        defer { handedOnBytes = [] }
        return handedOn
    }

    // MARK: What happens

    func receive(_ text: String) { receive(Array(text.utf8)) }

    func receive(_ text: String, in step: Int) {
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            receive(Array(bytes[start..<min(bytes.count, start + step)]))
        }
    }

    func receive(_ bytes: [UInt8]) {
        pending += bytes
        goOn()
    }

    /// The reader behind wants the body.
    func wantBody() {
        if connection.bodyWanted() { output += "100." }
    }

    /// The reader behind answers.
    ///
    /// - Returns: whether the answer is the last.
    @discardableResult
    func answer(_ text: String = "") -> Bool {
        let isLast = connection.answerBegins()
        output += text
        perform(connection.answerEnded(isLast: isLast, at: now))
        goOn()
        return isLast
    }

    func commit(_ text: String) {
        output += text
        connection.writeEnded(at: now)
        goOn()
    }

    func inputCloses() {
        perform(connection.inputClosed())
        goOn()
    }

    func quiesce() {
        perform(connection.quiesce(at: now))
        goOn()
    }

    func readerEnds() {
        perform(connection.readerEnded(at: now))
        goOn()
    }

    func becomeWritable(_ isWritable: Bool) {
        connection.writabilityChanged(isWritable, at: now)
        if isWritable { goOn() }
    }

    func sendAll() { perform(connection.allSent(at: now)) }

    /// Time passes, with a tick at the end of each second.
    func pass(seconds: Int) {
        for _ in 0..<seconds where !isClosed {
            now += 1_000_000_000
            perform(connection.tick(at: now, unsent: connection.mayHaveUnsent ? unsent : 0, isReading: isReading))
        }
    }

    // MARK: What the connection says

    func goOn() {
        while !isClosed {
            let bytes = pending
            let action = connection.next(bytes.span, at: now, &hot, into: &output)
            if case .wait = action {
                if !answersAtOnce || !answerWhatWaits() { return }
            }
            perform(action)
        }
    }

    private func answerWhatWaits() -> Bool {
        if connection.isWriting {
            output += "written."
            connection.writeEnded(at: now)
            return true
        }
        guard case .passing(let rest, isAnswered: false) = connection.state, rest.isOver || rest.isBroken else {
            return false
        }
        output += "slow."
        perform(connection.answerEnded(isLast: connection.answerBegins(), at: now))
        return true
    }

    private func perform(_ action: Connection.Action) {
        switch action {
        case .wait: break
        case .answered(let count), .writing(let count), .skip(let count): pending.removeFirst(count)
        case .handOn(let request): handOn(request)
        case .upgrade(let request):
            upgrades += 1
            handOn(request)
        case .pass(let count):
            handedOnBytes += pending[..<count]
            pending.removeFirst(count)
        case .breakOff: hasBrokenOff = true
        case .refuse(let refusal):
            refused = refusal
            output += "\(refusal.status)."
            end()
        case .end: end()
        case .closeOutput(let andInput):
            isOutputClosed = true
            if andInput { isClosed = true }
        case .close: isClosed = true
        }
    }

    private func handOn(_ request: Connection.HandOn) {
        if let hidden = request.hidden { pending[hidden] = UInt8(ascii: "_") }
        handedOnBytes += pending[..<request.count]
        pending.removeFirst(request.count)
    }

    private func end() {
        isEnding = true
        pending = []
        if sendsAtOnce { sendAll() }
    }
}
