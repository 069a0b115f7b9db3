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

    private enum State {
        /// The next byte begins a request.
        case ready
        /// A request was handed on: so many bytes of its body are still to come, and its answer perhaps too.
        case passing(bodyLeft: Int, isAnswered: Bool)
        /// A batch of the fast path waits for its commit.
        case writing
        /// Everything is handed on: the HTTP decoder alone knows where requests begin.
        case opaque
        /// The last answer is on its way.
        case closing
    }

    /// Bytes that are kept while an earlier request is answered; more are left in the socket.
    private static let maxPending = 262_144

    private let path: FastPath?
    private let limits: ServerLimits
    private let refuse: Refusals
    private let metrics: RequestMetrics
    private var state = State.ready
    private var pending = ByteBuffer()
    private var output = ByteBuffer()
    private var memory = FastPath.Memory()
    private var context: ChannelHandlerContext?
    private var hasWithheldRead = false
    private var isInputClosed = false
    private var quiesceEvent: ChannelShouldQuiesceEvent?
    private var ticks: RepeatedTask?
    private var lastProgress = Clock.monotonicNanoseconds()
    private var headStart: UInt64?
    private var stalledSince: UInt64?

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
        ticks = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.tick()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        self.context = nil
        metrics.connections.add(-1)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        ticks = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as ChannelShouldQuiesceEvent:
            if case .writing = state {
                quiesceEvent = event
            } else if case .ready = state {
                // No request is under way: the connection can go.
                context.close(promise: nil)
            } else {
                context.fireUserInboundEventTriggered(event)
            }
        case ChannelEvent.inputClosed:
            isInputClosed = true
            switch state {
            case .writing, .closing: break
            case .ready: context.close(promise: nil)
            case .passing, .opaque: context.fireUserInboundEventTriggered(event)
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Bytes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastProgress = Clock.monotonicNanoseconds()
        var buffer = unwrapInboundIn(data)
        if case .opaque = state {
            context.fireChannelRead(wrapInboundOut(buffer))
            return
        }
        if pending.readableBytes == 0 { pending = buffer } else { pending.writeBuffer(&buffer) }
        process(context)
        // The memory of what has been read is used again for the next read, once nobody holds it.
        if pending.readableBytes == 0 { pending = Self.nothing }
    }

    private static let nothing = ByteBuffer()

    func channelReadComplete(context: ChannelHandlerContext) {
        flushOutput(context)
        context.fireChannelReadComplete()
    }

    /// Answers or hands on what stands in `pending`, until more bytes or an answer are needed.
    private func process(_ context: ChannelHandlerContext) {
        while pending.readableBytes > 0 {
            switch state {
            case .ready:
                if !next(context) { return }
            case .passing(let bodyLeft, let isAnswered):
                if bodyLeft == 0 { return }
                guard let part = pending.readSlice(length: min(bodyLeft, pending.readableBytes)) else { return }
                pass(part, isLast: part.readableBytes == bodyLeft, isAnswered, bodyLeft - part.readableBytes, context)
            case .opaque:
                let rest = pending
                pending = ByteBuffer()
                context.fireChannelRead(wrapInboundOut(rest))
            case .writing, .closing: return
            }
        }
    }

    private func pass(
        _ part: ByteBuffer,
        isLast: Bool,
        _ isAnswered: Bool,
        _ bodyLeft: Int,
        _ context: ChannelHandlerContext
    ) {
        state = isLast && isAnswered ? .ready : .passing(bodyLeft: bodyLeft, isAnswered: isAnswered)
        context.fireChannelRead(wrapInboundOut(part))
    }

    /// Deals with the request that begins at the first byte.
    ///
    /// - Returns: `false` when more bytes are needed.
    private func next(_ context: ChannelHandlerContext) -> Bool {
        skipEmptyLine()
        if pending.readableBytes == 0 { return false }
        let reading = read()
        let head: RequestHead
        switch reading {
        case .incomplete:
            if headStart == nil { headStart = lastProgress }
            return false
        case .refused(let refusal):
            close(with: refusal.error(limits), context)
            return false
        case .complete(let complete): head = complete
        }
        let whole = head.byteCount + head.contentLength
        if let path, let hot = hot(head) {
            if pending.readableBytes < whole {
                if headStart == nil { headStart = lastProgress }
                return false
            }
            if answer(hot, head, path, context) {
                pending.moveReaderIndex(forwardBy: whole)
                headStart = nil
                return true
            }
        }
        headStart = nil
        handOn(head, context)
        return true
    }

    private func skipEmptyLine() {
        if pending.getInteger(at: pending.readerIndex, as: UInt16.self) == 0x0D0A {
            pending.moveReaderIndex(forwardBy: 2)
        }
    }

    private func read() -> HeadReading {
        let bytes = pending
        var reader = HeadReader(bytes.readableBytesUInt8Span, limits: limits)
        return reader.read()
    }

    private func hot(_ head: RequestHead) -> HotRequest? {
        let bytes = pending
        return HotRequest(head, bytes.readableBytesUInt8Span)
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
        // What was answered before goes out first.
        flushOutput(context)
        if head.isUnusual {
            state = .opaque
            return
        }
        let here = min(pending.readableBytes, head.byteCount + head.contentLength)
        let bodyLeft = head.byteCount + head.contentLength - here
        state = .passing(bodyLeft: bodyLeft, isAnswered: false)
        if let part = pending.readSlice(length: here) { context.fireChannelRead(wrapInboundOut(part)) }
        // The reader behind delivers what it has when a burst of reads ends, which this request may lie within.
        context.fireChannelReadComplete()
    }

    // MARK: Answers

    /// The answer to a request that was handed on has gone out.
    ///
    /// - Parameter isLast: whether its head says that the connection closes.
    func slowAnswerEnded(isLast: Bool) {
        guard let context else { return }
        lastProgress = Clock.monotonicNanoseconds()
        if isLast {
            state = .closing
            context.close(promise: nil)
            return
        }
        guard case .passing(let bodyLeft, _) = state else { return }
        if bodyLeft > 0 {
            state = .passing(bodyLeft: bodyLeft, isAnswered: true)
        } else {
            resume(context)
        }
    }

    private func finish(_ result: FastWrite.Result) {
        guard let context, let path, case .writing = state else { return }
        path.finish(result, into: &output)
        lastProgress = Clock.monotonicNanoseconds()
        resume(context)
    }

    private func resume(_ context: ChannelHandlerContext) {
        state = .ready
        process(context)
        flushOutput(context)
        if case .ready = state {
            if quiesceEvent != nil || isInputClosed && pending.readableBytes == 0 {
                state = .closing
                return context.close(promise: nil)
            }
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
    private func close(with error: APIError, _ context: ChannelHandlerContext) {
        state = .closing
        pending.clear()
        refuse.write(error, into: &output)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(output)), promise: nil)
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        // Time for the client to read the answer: an open receive queue at close would take it back.
        context.eventLoop.scheduleTask(in: .milliseconds(500)) { bound.value.close(promise: nil) }
    }

    // MARK: Pace

    func read(context: ChannelHandlerContext) {
        var mayRead = context.channel.isWritable
        switch state {
        case .writing, .passing(bodyLeft: 0, _): mayRead = mayRead && pending.readableBytes < Self.maxPending
        case .closing, .opaque, .ready, .passing: break
        }
        if mayRead { context.read() } else { hasWithheldRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalledSince = nil
            readAgain(context)
        } else {
            stalledSince = Clock.monotonicNanoseconds()
        }
        context.fireChannelWritabilityChanged()
    }

    private func readAgain(_ context: ChannelHandlerContext) {
        guard hasWithheldRead, context.channel.isWritable else { return }
        hasWithheldRead = false
        context.read()
    }

    /// Each second: what has taken too long?
    private func tick() {
        guard let context else { return }
        let now = Clock.monotonicNanoseconds()
        func isOver(_ start: UInt64, _ seconds: Int) -> Bool {
            now > start && now - start > UInt64(seconds) * 1_000_000_000
        }
        if let stalledSince, isOver(stalledSince, limits.writeSeconds) { return context.close(promise: nil) }
        switch state {
        case .ready:
            if let headStart, isOver(headStart, limits.headSeconds) {
                self.headStart = nil
                return close(with: Refusals.tooSlow(limits.headSeconds), context)
            }
            if pending.readableBytes == 0, isOver(lastProgress, limits.idleSeconds) { context.close(promise: nil) }
        case .passing(let bodyLeft, _):
            if bodyLeft > 0, isOver(lastProgress, limits.bodySeconds) { context.close(promise: nil) }
        case .opaque:
            if isOver(lastProgress, limits.idleSeconds) { context.close(promise: nil) }
        case .writing, .closing: break
        }
    }
}
