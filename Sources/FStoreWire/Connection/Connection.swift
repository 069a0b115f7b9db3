/// One HTTP/1.1 connection without its socket: bytes and events go in, actions come out.
///
/// Whoever owns the socket keeps the bytes that came, asks ``next(_:at:_:into:)`` what to do with the first of them,
/// does it, and asks again until the answer is ``Action/wait``. What else happens has a method of its own; the owner
/// does what that returns, and asks again. Nothing here waits, allocates or reads a clock: time enters as nanoseconds
/// of a monotonic clock, so that a test decides how late it is.
///
/// One request at a time is handed to the reader behind (the HTTP decoder and what follows it). The next one is not
/// looked at before the answer has gone out: so answers keep the order of requests, on whichever path they were made.
package struct Connection: Sendable {
    enum State: Sendable {
        /// The next byte begins a request.
        case ready
        /// A request was handed on: the rest of its body is still to come, and its answer perhaps too.
        case passing(BodyRest, isAnswered: Bool)
        /// A hot write waits for its commit.
        case writing
        /// Another protocol is spoken: what comes belongs to the reader behind.
        case upgraded
        /// The last answer is on its way, and what still comes is thrown away.
        case closing
    }

    /// Bytes that are kept while an earlier request is answered; more are left in the socket.
    package static let maxPendingBytes = 65_536

    private(set) var state = State.ready
    private var deadlines: Deadlines
    private let limits: WireLimits
    private let acceptsWebSocket: Bool
    /// The answer to the first byte, when the client may not have this connection.
    private var refusalAtStart: Refusal?
    private var isInputClosed = false
    /// How far the head of the next request was read.
    private var headPause: HeadPause?
    /// Head and body of the hot request that is still coming: with fewer bytes there is nothing to look at.
    private var wantedBytes = 0
    /// No request after the one that is being answered.
    private var closesAfterAnswer = false
    private var isQuiescing = false
    /// An offer of another protocol was handed on, and not answered yet.
    private var isUpgrading = false
    /// The client waits for `100 Continue` before it sends the body of the request that was handed on.
    private var awaitsContinue = false
    /// What comes behind the last answer is read for a while.
    private var isLingering = false
    /// Whether a request with a valid credential has come: such connections are kept when there are too many.
    package private(set) var hasKey = false

    /// - Parameters:
    ///   - now: when the connection began.
    ///   - refusal: answers the client at once, and ends the connection.
    ///   - acceptsWebSocket: whether an offer of that protocol is an ``Action/upgrade(_:)``. Otherwise the offer is
    ///     hidden from the reader behind, and the request answered as any other.
    package init(
        limits: WireLimits,
        at now: UInt64,
        refusing refusal: Refusal? = nil,
        acceptsWebSocket: Bool = false
    ) {
        self.limits = limits
        self.acceptsWebSocket = acceptsWebSocket
        refusalAtStart = refusal
        deadlines = Deadlines(limits: limits, at: now)
    }

    // MARK: Bytes

    /// What is to be done with the first of `bytes`, which are all that came and was not dealt with yet.
    ///
    /// - Parameters:
    ///   - hot: answers hot requests.
    ///   - output: what it appends answers to.
    @inlinable
    package mutating func next<Hot: HotAnswering>(
        _ bytes: Span<UInt8>,
        at now: UInt64,
        _ hot: inout Hot,
        into output: inout Hot.Output
    ) -> Action {
        // Filled in place: a head is some 200 bytes, and handing it from function to function would copy it each time.
        var head = RequestHead()
        if let action = step(bytes, at: now, &head) { return action }
        if let form = hot.form(of: head, bytes) {
            let count = head.byteCount + head.contentLength
            if bytes.count < count { return waitForBody(count, at: now) }
            switch hot.answer(form, head, bytes, into: &output) {
            case .answered: return hotAnswered(count, at: now)
            case .answeredAnybody: return anybodyAnswered(count, at: now)
            case .writing: return hotWriting(count, at: now)
            case .declined: break
            }
        }
        return handOn(head, of: bytes.count, at: now)
    }

    /// What ``next(_:at:_:into:)`` does without asking who answers hot requests.
    ///
    /// - Returns: `nil` when the head of a request is complete; it stands in `head`.
    @usableFromInline
    mutating func step(_ bytes: Span<UInt8>, at now: UInt64, _ head: inout RequestHead) -> Action? {
        switch state {
        case .ready: begin(bytes, at: now, &head)
        case .passing(let rest, let isAnswered): pass(bytes, of: rest, isAnswered: isAnswered, at: now)
        case .writing: .wait
        case .upgraded: bytes.count > 0 ? .pass(bytes.count) : .wait
        case .closing: bytes.count > 0 ? .skip(bytes.count) : .wait
        }
    }

    /// Reads the head of the request that begins at the first byte.
    private mutating func begin(_ bytes: Span<UInt8>, at now: UInt64, _ head: inout RequestHead) -> Action? {
        if let refusal = refusalAtStart { return refuse(refusal, at: now) }
        if bytes.count > 0 {
            // The client does not take what is written: no further answers. When the server stops, it has had its time.
            if deadlines.isFull { return isQuiescing ? end(isLingering: false, at: now) : .wait }
            let emptyLines = bytes.emptyLineCount
            if emptyLines > 0 { return .skip(emptyLines) }
            // The line feed of an empty line may be on its way.
            if bytes.count == 1, bytes[0] == 0x0D { return waitForMore(at: now) }
            if bytes.count < wantedBytes { return waitForMore(at: now) }
            wantedBytes = 0
            switch HeadReader.read(bytes, limits: limits, from: &headPause) {
            case .complete(let complete):
                head = complete
                return nil
            case .refused(let refusal): return refuse(refusal, at: now)
            case .incomplete: return waitForMore(at: now)
            }
        }
        return waitOrEnd(at: now)
    }

    /// A request has begun and is not whole.
    @usableFromInline
    mutating func waitForMore(at now: UInt64) -> Action {
        deadlines.waitForHead(at: now)
        return waitOrEnd(at: now)
    }

    /// The head of a hot request is complete, and its body is not: all of it is looked at once more when it is.
    @usableFromInline
    mutating func waitForBody(_ count: Int, at now: UInt64) -> Action {
        wantedBytes = count
        return waitForMore(at: now)
    }

    /// All that is whole is answered.
    private mutating func waitOrEnd(at now: UInt64) -> Action {
        isQuiescing || isInputClosed ? end(isLingering: false, at: now) : .wait
    }

    @usableFromInline
    mutating func hotAnswered(_ count: Int, at now: UInt64) -> Action {
        hasKey = true
        deadlines.requestEnded(at: now)
        return .answered(count)
    }

    @usableFromInline
    mutating func anybodyAnswered(_ count: Int, at now: UInt64) -> Action {
        deadlines.requestEnded(at: now)
        return .answered(count)
    }

    @usableFromInline
    mutating func hotWriting(_ count: Int, at now: UInt64) -> Action {
        hasKey = true
        state = .writing
        deadlines.requestEnded(at: now)
        return .writing(count)
    }

    /// - Parameter available: how many bytes are there, head included.
    @usableFromInline
    mutating func handOn(_ head: RequestHead, of available: Int, at now: UInt64) -> Action {
        deadlines.bodyBegins(at: now)
        closesAfterAnswer = head.closes || isQuiescing
        let rest = BodyRest(head, limits: limits)
        state = .passing(rest, isAnswered: false)
        isUpgrading = acceptsWebSocket && head.offersWebSocket && rest.isOver
        awaitsContinue = head.expectsContinue && !rest.isOver && available == head.byteCount
        let handOn = HandOn(
            count: head.byteCount,
            // The decoder would take an offer for its own end, and read no further request: so it does not get to see
            // that header under its name.
            hidden: isUpgrading ? nil : head.upgrade?.lowerBound,
            credential: hasKey ? nil : head.authorization ?? head.apiKey
        )
        return isUpgrading ? .upgrade(handOn) : .handOn(handOn)
    }

    private mutating func pass(
        _ bytes: Span<UInt8>,
        of rest: BodyRest,
        isAnswered: Bool,
        at now: UInt64
    ) -> Action {
        // Behind the body the next request begins, which waits for the answer to this one.
        if rest.isOver { return .wait }
        if rest.isBroken { return bytes.count > 0 ? .skip(bytes.count) : .wait }
        if bytes.count == 0 { return isInputClosed ? breakOff(isAnswered: isAnswered, at: now) : .wait }
        var rest = rest
        guard let count = rest.take(bytes) else { return breakOff(isAnswered: isAnswered, at: now) }
        awaitsContinue = false
        deadlines.bodyCame(count, at: now)
        state = rest.isOver && isAnswered ? .ready : .passing(rest, isAnswered: isAnswered)
        return .pass(count)
    }

    /// No more of a body comes that makes sense. Who reads it learns so; the answer, if there is one, is the last.
    private mutating func breakOff(isAnswered: Bool, at now: UInt64) -> Action {
        if isAnswered { return end(isLingering: true, at: now) }
        closesAfterAnswer = true
        state = .passing(.broken, isAnswered: false)
        return .breakOff
    }

    /// The server has no more memory for what this client takes its time with.
    package mutating func evict(at now: UInt64) -> Action {
        if case .passing(let rest, isAnswered: false) = state, !rest.isOver, !rest.isBroken {
            return breakOff(isAnswered: false, at: now)
        }
        return .close
    }

    // MARK: Answers

    /// The reader behind wants the body of the request that was handed on: nothing in its head is refused.
    ///
    /// - Returns: whether the client waits to hear so, by `100 Continue`.
    package mutating func bodyWanted() -> Bool {
        guard case .passing(_, isAnswered: false) = state, awaitsContinue else { return false }
        awaitsContinue = false
        return true
    }

    /// An answer to the request that was handed on begins.
    ///
    /// - Returns: whether it is the last, and has to say so.
    package mutating func answerBegins() -> Bool {
        // To read a long body to its end for nobody costs more than a new connection.
        if case .passing(let rest, isAnswered: false) = state, rest.isLong { closesAfterAnswer = true }
        // Nobody wants the body, and the client may send it or not: where the next request begins is unknown.
        if awaitsContinue { closesAfterAnswer = true }
        return closesAfterAnswer
    }

    /// The answer to the request that was handed on has gone out.
    ///
    /// - Parameter isLast: whether its head says that the connection closes.
    package mutating func answerEnded(isLast: Bool, at now: UInt64) -> Action {
        guard case .passing(let rest, _) = state else { return .wait }
        isUpgrading = false
        deadlines.answered(at: now)
        if isLast || closesAfterAnswer { return end(isLingering: !isQuiescing || !rest.isOver, at: now) }
        state = rest.isOver ? .ready : .passing(rest, isAnswered: true)
        return .wait
    }

    /// The offer of another protocol was taken: its bytes come from here on.
    package mutating func upgraded() {
        if isUpgrading { state = .upgraded }
    }

    /// Whether a hot write waits for its commit.
    package var isWriting: Bool {
        if case .writing = state { true } else { false }
    }

    /// The hot write was committed or refused, and its answer stands in the output.
    package mutating func writeEnded(at now: UInt64) {
        guard isWriting else { return }
        deadlines.answered(at: now)
        state = .ready
    }

    /// The request that was handed on has a valid credential.
    package mutating func noteKey() { hasKey = true }

    /// So many bytes of answers were given to the socket.
    package mutating func wrote(_ count: Int) { deadlines.wrote(count) }

    // MARK: Life

    /// The client takes answers again, or it does not: what is written waits.
    package mutating func writabilityChanged(_ isWritable: Bool, at now: UInt64) {
        deadlines.writabilityChanged(isWritable, at: now)
    }

    /// The client sends no more. All whole requests that came are still answered.
    package mutating func inputClosed() -> Action {
        isInputClosed = true
        if case .closing = state, deadlines.isAllSent { return .close }
        return .wait
    }

    /// The server stops: requests that are under way are answered, and no others.
    package mutating func quiesce(at now: UInt64) -> Action {
        isQuiescing = true
        switch state {
        case .ready: return end(isLingering: false, at: now)
        case .passing(_, let isAnswered): return endBehindAnswer(isAnswered: isAnswered, at: now)
        // Who speaks the other protocol says goodbye in its words.
        case .writing, .upgraded, .closing: return .wait
        }
    }

    /// The reader behind has written its last answer and closes the output.
    ///
    /// To do that at once would close the whole connection where the client has ended its half, and throw away what is
    /// not sent yet: the end comes behind the answer instead.
    package mutating func readerEnded(at now: UInt64) -> Action {
        switch state {
        case .ready, .upgraded: return end(isLingering: true, at: now)
        case .passing(_, let isAnswered): return endBehindAnswer(isAnswered: isAnswered, at: now)
        case .writing, .closing: return .wait
        }
    }

    private mutating func endBehindAnswer(isAnswered: Bool, at now: UInt64) -> Action {
        if isAnswered { return end(isLingering: true, at: now) }
        closesAfterAnswer = true
        return .wait
    }

    private mutating func refuse(_ refusal: Refusal, at now: UInt64) -> Action {
        _ = end(isLingering: true, at: now)
        return .refuse(refusal)
    }

    /// - Parameter isLingering: reads on for a while and throws away what comes. To close while something is unread
    ///   makes the system take back the answer on its way.
    private mutating func end(isLingering: Bool, at now: UInt64) -> Action {
        if case .closing = state { return .wait }
        state = .closing
        self.isLingering = isLingering
        deadlines.closingBegins(at: now)
        return .end
    }

    /// The system has taken all that was written before ``Action/end``.
    package mutating func allSent(at now: UInt64) -> Action {
        guard case .closing = state else { return .wait }
        deadlines.allSent(at: now)
        // The client is told first, also within TLS: it need not wait for the rest.
        return .closeOutput(andInput: !isLingering || isInputClosed)
    }

    /// The socket is closed.
    package mutating func closed() { state = .closing }

    /// Each second: what has taken too long?
    ///
    /// - Parameters:
    ///   - unsent: bytes that were written and that the client has not taken, here and in the system.
    ///   - isReading: whether the socket is being read. Otherwise the client is not to blame that nothing comes.
    package mutating func tick(at now: UInt64, unsent: Int, isReading: Bool) -> Action {
        if deadlines.isStalled(at: now, unsent: unsent) { return .close }
        switch state {
        case .ready:
            if deadlines.isHeadLate(at: now) { return refuse(.tooSlow(seconds: limits.headSeconds), at: now) }
            return deadlines.isIdle(at: now) ? .close : .wait
        case .passing(let rest, _):
            if rest.isOver { return .wait }
            return deadlines.isBodyLate(at: now, isReading: isReading) ? .close : .wait
        case .closing: return deadlines.isEndLate(at: now) ? .close : .wait
        case .writing, .upgraded: return .wait
        }
    }

    // MARK: What the owner asks

    /// Whether more bytes may be read: no more than is answered, and nothing from a client that takes no answers.
    ///
    /// - Parameter pending: bytes that came and are not dealt with.
    package func mayRead(pending: Int) -> Bool {
        switch state {
        case .closing: true
        case .ready, .upgraded: !deadlines.isFull
        case .writing: !deadlines.isFull && pending < Self.maxPendingBytes
        case .passing(let rest, _): !deadlines.isFull && (!rest.isOver || pending < Self.maxPendingBytes)
        }
    }

    /// Whether something that was written may not be taken yet: only then ``tick(at:unsent:isReading:)`` needs to know.
    package var mayHaveUnsent: Bool { deadlines.mayHaveUnsent }

    /// Whether this connection goes when there are too many: nobody with a credential has used it, and no request is
    /// being answered. A second is left to the client that has just come and is about to send its first.
    package func isExpendable(at now: UInt64) -> Bool {
        if hasKey { return false }
        return switch state {
        case .ready: deadlines.isQuiet(at: now, seconds: 1)
        case .closing: true
        case .passing, .writing, .upgraded: false
        }
    }
}
