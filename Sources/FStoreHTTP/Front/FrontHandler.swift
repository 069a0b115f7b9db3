internal import FStoreServices
internal import FStoreTelemetry
internal import NIOCore

/// Stands between the socket and the HTTP decoder: finds where each request begins and ends, answers the hot ones, and
/// hands all others on, one at a time, so that answers keep the order of requests.
///
/// It also keeps the time: heads and bodies that come too slowly, connections that idle, clients that do not read.
final class FrontHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    enum State {
        /// The next byte begins a request.
        case ready
        /// A request was handed on: the rest of its body is still to come, and its answer perhaps too.
        case passing(BodyRest, isAnswered: Bool)
        /// A batch of the fast path waits for its commit.
        case writing
        /// The last answer is on its way, and what still comes is thrown away.
        case closing
    }

    /// Bytes that are kept while an earlier request is answered; more are left in the socket.
    static let maxPending = 262_144
    /// Bytes of answers that are gathered before they are sent.
    private static let maxOutput = 1_048_576
    private static let nothing = ByteBuffer()

    private let path: FastPath?
    let limits: ServerLimits
    private let refuse: Refusals
    private let metrics: RequestMetrics
    var state = State.ready
    private(set) var pending = ByteBuffer()
    private var output = ByteBuffer()
    private var memory = FastPath.Memory()
    private(set) var context: ChannelHandlerContext?
    private var isInputClosed = false
    /// No request after the one that is being answered.
    private var closesAfterAnswer = false
    private var isQuiescing = false
    /// Whether the handlers behind were given bytes since they last heard that a burst of reads is over.
    private var hasPassedOn = false
    var pace = Pace()

    /// - Parameters:
    ///   - path: the fast path of the connection's event loop; `nil` hands everything on.
    ///   - refuse: writes answers to heads that cannot be understood.
    init(path: FastPath?, limits: ServerLimits, refuse: Refusals, metrics: RequestMetrics) {
        self.path = path
        self.limits = limits
        self.refuse = refuse
        self.metrics = metrics
    }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        metrics.connections.add(1)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        pace.ticks = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.tick()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        pace.stop()
        self.context = nil
        metrics.connections.add(-1)
    }

    func channelInactive(context: ChannelHandlerContext) {
        pace.stop()
        state = .closing
        pending = Self.nothing
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            switch state {
            case .ready: end(context, isLingering: false)
            case .passing(_, let isAnswered): endAfterAnswer(isAnswered: isAnswered, context)
            case .writing, .closing: break
            }
        case ChannelEvent.inputClosed:
            // The decoder is not told: whole requests that came before are still answered.
            isInputClosed = true
            switch state {
            // They may wait in `pending` although the client takes answers again: that is dealt with a turn later.
            case .ready: goOn(context)
            case .passing(let rest, let isAnswered): if !rest.isOver { breakOff(isAnswered: isAnswered, context) }
            case .writing: break
            case .closing: if pace.isAllSent { context.close(promise: nil) }
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Bytes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pace.lastProgress = TimeSource.system.monotonic()
        if case .closing = state { return }
        var buffer = unwrapInboundIn(data)
        pace.bodyBytes += buffer.readableBytes
        if pending.readableBytes == 0 { pending = buffer } else { pending.writeBuffer(&buffer) }
        process(context)
        // The memory of what has been read is used again for the next read, once nobody holds it.
        if pending.readableBytes == 0 { pending = Self.nothing }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        pace.isReading = false
        flushOutput(context)
        // A request that was answered here is none of their business: to tell them costs a twentieth of it.
        if hasPassedOn { endBurst(context) }
    }

    private func passOn(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
        hasPassedOn = true
        context.fireChannelRead(wrapInboundOut(part))
    }

    private func endBurst(_ context: ChannelHandlerContext) {
        hasPassedOn = false
        context.fireChannelReadComplete()
    }

    /// Whether requests wait until the client has taken answers.
    private var isHeldUp: Bool { pace.isFull && pending.readableBytes > 0 }

    /// Answers or hands on what stands in `pending`, until more bytes or an answer are needed.
    private func process(_ context: ChannelHandlerContext) {
        while pending.readableBytes > 0 {
            switch state {
            case .ready:
                if output.readableBytes > Self.maxOutput { flushOutput(context) }
                if pace.isFull || !next(context) { return }
            case .passing(var rest, let isAnswered):
                if rest.isOver { return }
                switch rest.take(from: &pending) {
                case .some(let part):
                    state = rest.isOver && isAnswered ? .ready : .passing(rest, isAnswered: isAnswered)
                    if part.readableBytes > 0 { passOn(part, context) }
                case .refused: breakOff(isAnswered: isAnswered, context)
                }
            case .writing, .closing: return
            }
        }
    }

    /// No more of a body comes that makes sense. Who reads it learns so; the answer, if there is one, is the last.
    private func breakOff(isAnswered: Bool, _ context: ChannelHandlerContext) {
        if isAnswered { return end(context, isLingering: true) }
        closesAfterAnswer = true
        state = .passing(.broken, isAnswered: false)
        context.fireErrorCaught(BrokenBody())
    }

    /// Deals with the request that begins at the first byte.
    ///
    /// - Returns: `false` when more bytes are needed.
    private func next(_ context: ChannelHandlerContext) -> Bool {
        skipEmptyLines()
        if pending.readableBytes == 0 { return false }
        let head: RequestHead
        switch read() {
        case .incomplete:
            pace.waitForHead()
            return false
        case .refused(let refusal):
            close(with: refusal.error(limits), context)
            return false
        case .complete(let complete): head = complete
        }
        let whole = head.byteCount + head.contentLength
        if let path, let hot = hot(head, path) {
            if pending.readableBytes < whole {
                pace.waitForHead()
                return false
            }
            if answer(hot, head, path, context) {
                pending.moveReaderIndex(forwardBy: whole)
                pace.headStart = nil
                return true
            }
        }
        pace.headStart = nil
        handOn(head, context)
        return true
    }

    /// Empty lines before a request, which old clients send behind a body.
    private func skipEmptyLines() {
        while pending.getInteger(at: pending.readerIndex, as: UInt16.self) == 0x0D0A {
            pending.moveReaderIndex(forwardBy: 2)
        }
    }

    private func read() -> HeadReading {
        let bytes = pending
        // The line feed of an empty line may be on its way.
        if bytes.readableBytes == 1, bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == 0x0D {
            return .incomplete
        }
        var reader = HeadReader(bytes.readableBytesUInt8Span, limits: limits)
        return reader.read()
    }

    private func hot(_ head: RequestHead, _ path: FastPath) -> HotRequest? {
        let bytes = pending
        return HotRequest(head, bytes.readableBytesUInt8Span, path.routes)
    }

    /// - Returns: `false` when the fast path declines.
    private func answer(
        _ hot: HotRequest,
        _ head: RequestHead,
        _ path: FastPath,
        _ context: ChannelHandlerContext
    ) -> Bool {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let bytes = pending
        let outcome = path.answer(
            hot,
            head,
            bytes.readableBytesUInt8Span,
            memory: &memory,
            into: &output
        ) { result in
            loop.execute {
                path.writeEnded()
                bound.value.finish(result)
            }
        }
        switch outcome {
        case .declined: return false
        case .answered: return true
        case .writing:
            state = .writing
            return true
        }
    }

    private func handOn(_ head: RequestHead, _ context: ChannelHandlerContext) {
        if let upgrade = head.upgrade {
            // No other protocol is spoken. The decoder would expect one, and read no further request: so it is not
            // shown that header under its name.
            pending.setInteger(UInt8(ascii: "_"), at: pending.readerIndex + upgrade.lowerBound)
        }
        closesAfterAnswer = head.closes || isQuiescing
        var rest = BodyRest(head, limits: limits)
        if head.expectsContinue, !rest.isOver, pending.readableBytes == head.byteCount {
            output.writeString("HTTP/1.1 100 Continue\r\n\r\n")
        }
        // What was answered before goes out first.
        flushOutput(context)
        let part = pending.readSlice(length: head.byteCount)
        pace.bodyBytes = pending.readableBytes
        pace.bodyWaits = 0
        state = .passing(rest, isAnswered: false)
        if let part { passOn(part, context) }
        if !rest.isOver, pending.readableBytes > 0 { process(context) }
        if case .passing(let now, _) = state { rest = now }
        if isInputClosed, !rest.isOver { breakOff(isAnswered: false, context) }
        // The reader behind delivers what it has when a burst of reads ends, which this request may lie within.
        endBurst(context)
    }

    // MARK: Answers

    /// Whether the answer that begins is the last, and has to say so.
    func isAnswerLast() -> Bool {
        if case .passing(let rest, isAnswered: false) = state, rest.isLong { closesAfterAnswer = true }
        return closesAfterAnswer
    }

    /// The answer to a request that was handed on has gone out.
    ///
    /// - Parameter isLast: whether its head says that the connection closes.
    func slowAnswerEnded(isLast: Bool) {
        guard let context else { return }
        pace.lastProgress = TimeSource.system.monotonic()
        guard case .passing(let rest, _) = state else { return }
        if isLast || closesAfterAnswer {
            end(context, isLingering: !isQuiescing || !rest.isOver)
        } else if rest.isOver {
            resume(context)
        } else {
            state = .passing(rest, isAnswered: true)
        }
    }

    private func finish(_ result: FastWrite.Result) {
        guard let context, let path, case .writing = state else { return }
        path.finish(result, into: &output)
        pace.lastProgress = TimeSource.system.monotonic()
        resume(context)
    }

    private func resume(_ context: ChannelHandlerContext) {
        state = .ready
        goOn(context)
    }

    /// Deals with what waits, after an answer or when the client takes answers again.
    func goOn(_ context: ChannelHandlerContext) {
        process(context)
        flushOutput(context)
        if case .ready = state, isQuiescing || isInputClosed && !isHeldUp {
            return end(context, isLingering: false)
        }
        readAgain(context)
    }

    private func flushOutput(_ context: ChannelHandlerContext) {
        if output.readableBytes == 0 { return }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(output)), promise: nil)
        // Its memory is used again as soon as the socket has taken it.
        output.clear(minimumCapacity: 0)
    }

    /// Answers a request that cannot be read further, and closes.
    func close(with error: APIError, _ context: ChannelHandlerContext) {
        refuse.write(error, into: &output)
        end(context, isLingering: true)
    }

    /// Sends what is written, and closes.
    ///
    /// - Parameter isLingering: reads on for a while and throws away what comes. To close while something is unread
    ///   makes the system take back the answer on its way.
    private func end(_ context: ChannelHandlerContext, isLingering: Bool) {
        if case .closing = state { return }
        state = .closing
        pending = Self.nothing
        pace.closingSince = TimeSource.system.monotonic()
        flushOutput(context)
        readAgain(context)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in bound.value.outputEnded(isLingering: isLingering) }
        // Nothing, behind everything that is not sent yet. To close the output instead would close the connection where
        // the client has ended its half, and throw that away.
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(Self.nothing)), promise: sent)
    }

    private func outputEnded(isLingering: Bool) {
        guard let context, context.channel.isActive else { return }
        pace.isAllSent = true
        pace.closingSince = TimeSource.system.monotonic()
        // The client is told first, also within TLS: it need not wait for the rest.
        context.close(mode: .output, promise: nil)
        if !isLingering || isInputClosed { context.close(promise: nil) }
    }

    /// Who is behind the front closes the output with its last answer. Where the input has ended that would close the
    /// connection, and throw away what is not sent yet: so it is done when that is.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard case .output = mode else { return context.close(mode: mode, promise: promise) }
        promise?.succeed(())
        switch state {
        case .ready: end(context, isLingering: true)
        case .passing(_, let isAnswered): endAfterAnswer(isAnswered: isAnswered, context)
        case .writing, .closing: break
        }
    }

    private func endAfterAnswer(isAnswered: Bool, _ context: ChannelHandlerContext) {
        if isAnswered { end(context, isLingering: true) } else { closesAfterAnswer = true }
    }
}
