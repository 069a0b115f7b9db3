internal import FStoreServices
internal import FStoreWire
internal import NIOCore

/// Stands between the socket and the HTTP decoder: tells a ``Connection`` what NIO says, and does what it says.
///
/// Everything that is decided is decided there; here are the buffers, and the order of calls that NIO asks for.
final class FrontHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Bytes of answers that are gathered before they are sent.
    private static let maxOutput = 262_144
    private static let nothing = ByteBuffer()

    /// What a burst of requests changes, in one variable: each look at a variable of a class is checked for others who
    /// look at it, and three open looks make all further ones dearer.
    private struct Front {
        var connection: Connection
        var hot: HotConnection
        /// Answers that are not sent yet.
        var output = ByteBuffer()

        mutating func next(_ bytes: Span<UInt8>, at now: UInt64) -> Connection.Action {
            connection.next(bytes, at: now, &hot, into: &output)
        }

        /// What is to be sent now.
        mutating func takeOutput() -> ByteBuffer? {
            if output.readableBytes == 0 { return nil }
            connection.wrote(output.readableBytes)
            return output
        }
    }

    private var front: Front
    private let time: TimeSource
    private let refuse: Refusals
    private let limits: WireLimits
    private let admission: Admission?
    private let budget: ByteBudget?
    private var place: Admission.Place?
    private(set) var pending = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var ticks: RepeatedTask?
    /// Whether the handlers behind were given bytes since they last heard that a burst of reads is over.
    private var hasPassedOn = false
    /// The reader behind wants more and does not get it yet.
    private var hasWithheldRead = false
    /// The socket is being read.
    private var isReading = false
    /// What is unsent counts in the budget.
    private var isUnsentCounted = false

    /// - Parameters:
    ///   - hot: answers hot requests on the connection's event loop.
    ///   - refuse: writes answers to what never becomes a request.
    ///   - admission: counts connections; without it all are welcome.
    ///   - budget: counts bytes that are held for clients.
    init(
        hot: HotConnection,
        limits: WireLimits,
        refuse: Refusals,
        admission: Admission?,
        budget: ByteBudget? = nil
    ) {
        self.budget = budget
        self.limits = limits
        self.refuse = refuse
        self.admission = admission
        time = hot.time
        front = Front(connection: Connection(limits: limits, at: time.monotonic()), hot: hot)
    }

    // MARK: From NIO

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        place = admission?.enter(context.remoteAddress)
        front.connection = Connection(limits: limits, at: time.monotonic(), refusing: place?.refusal)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        // Made once: a closure for each request would be its only allocation.
        front.hot.complete = { [path = front.hot.path] result in
            loop.execute {
                path?.writeEnded()
                bound.value.finish(result)
            }
        }
        budget?
            .open(ObjectIdentifier(context.channel)) {
                loop.execute { bound.value.evict() }
            }
        ticks = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in bound.value.tick() }
        if context.channel.isActive { goOn(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticks?.cancel()
        // Breaks the circle of the handler and its own closure.
        front.hot.complete = { _ in }
        self.context = nil
        budget?.close(ObjectIdentifier(context.channel))
        place?.leave()
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        goOn(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        front.connection.closed()
        pending = Self.nothing
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if pending.readableBytes == 0 { pending = buffer } else { pending.writeBuffer(&buffer) }
        run(context)
        // The memory of what has been read is used again for the next read, once nobody holds it.
        if pending.readableBytes == 0 { pending = Self.nothing }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush(context)
        // Handlers behind are not told of bursts in which they had no part. That saves 5 % of a request.
        if hasPassedOn { endBurst(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: take(front.connection.quiesce(at: time.monotonic()), context)
        // The decoder is not told: whole requests that came before are still answered.
        case ChannelEvent.inputClosed: take(front.connection.inputClosed(), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        front.connection.writabilityChanged(context.channel.isWritable, at: time.monotonic())
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        // Not at once: this may be called from within the sending of an answer.
        context.eventLoop.execute {
            guard let context = bound.value.context else { return }
            bound.value.countUnsent(context)
            bound.value.goOn(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        hasWithheldRead = true
        readAgain(context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        front.connection.wrote(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard case .output = mode else { return context.close(mode: mode, promise: promise) }
        promise?.succeed(())
        take(front.connection.readerEnded(at: time.monotonic()), context)
    }

    // MARK: Memory

    /// What a client does not take is held for it, and it is one of many: so it counts, as soon as the channel is full.
    private func countUnsent(_ context: ChannelHandlerContext) {
        let isFull = !context.channel.isWritable
        guard let budget, isFull || isUnsentCounted else { return }
        let waiting = isFull ? (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 : 0
        isUnsentCounted = isFull
        let key = ObjectIdentifier(context.channel)
        if case .short = budget.wait(key, unsent: waiting, organization: front.hot.organization) {
            context.close(promise: nil)
        }
    }

    /// The server holds too much, and of all clients this one is the slowest.
    private func evict() {
        guard let context, context.channel.isActive else { return }
        take(front.connection.evict(at: time.monotonic()), context)
    }

    // MARK: From the answers

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if front.connection.bodyWanted() {
            front.output.writeString("HTTP/1.1 100 Continue\r\n\r\n")
            flush(context)
        }
        promise?.succeed(())
    }

    func isAnswerLast() -> Bool { front.connection.answerBegins() }

    /// The answer to a request that was handed on has gone out.
    func slowAnswerEnded(isLast: Bool) {
        guard let context else { return }
        budget?.sent(ObjectIdentifier(context.channel))
        take(front.connection.answerEnded(isLast: isLast, at: time.monotonic()), context)
    }

    private func finish(_ result: FastWrite.Result) {
        guard let context, front.connection.isWriting else { return }
        front.hot.path?.finish(result, into: &front.output)
        front.connection.writeEnded(at: time.monotonic())
        goOn(context)
    }

    private func tick() {
        guard let context else { return }
        let now = time.monotonic()
        let unsent = front.connection.mayHaveUnsent ? UnsentBytes.count(context) : 0
        perform(front.connection.tick(at: now, unsent: unsent, isReading: isReading), context)
        if let place, place.isWanted, front.connection.isExpendable(at: now), place.give() {
            context.close(promise: nil)
        }
    }

    // MARK: What the connection says

    private func take(_ action: Connection.Action, _ context: ChannelHandlerContext) {
        perform(action, context)
        goOn(context)
    }

    private func goOn(_ context: ChannelHandlerContext) {
        run(context)
        flush(context)
        readAgain(context)
    }

    /// Deals with what stands in `pending`, until the connection waits.
    private func run(_ context: ChannelHandlerContext) {
        let now = time.monotonic()
        var hasHandedOn = false
        while true {
            let bytes = pending
            let action = front.next(bytes.readableBytesUInt8Span, at: now)
            switch action {
            case .wait:
                // The reader behind delivers what it has when a burst of reads ends, which this request may lie within.
                if hasHandedOn { endBurst(context) }
                return
            case .answered(let count):
                pending.moveReaderIndex(forwardBy: count)
                if front.output.readableBytes > Self.maxOutput { flush(context) }
            case .handOn, .upgrade:
                hasHandedOn = true
                perform(action, context)
            default: perform(action, context)
            }
        }
    }

    private func perform(_ action: Connection.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: break
        case .answered(let count), .writing(let count), .skip(let count): pending.moveReaderIndex(forwardBy: count)
        case .handOn(let request), .upgrade(let request): handOn(request, context)
        case .pass(let count): passOn(count, context)
        case .breakOff: context.fireErrorCaught(BrokenBody())
        case .refuse(let refusal):
            refuse.write(refusal, into: &front.output)
            end(context)
        case .end: end(context)
        case .closeOutput(let andInput):
            context.close(mode: .output, promise: nil)
            if andInput { context.close(promise: nil) }
        case .close: context.close(promise: nil)
        }
    }

    private func handOn(_ request: Connection.HandOn, _ context: ChannelHandlerContext) {
        if let hidden = request.hidden { pending.setInteger(UInt8(ascii: "_"), at: pending.readerIndex + hidden) }
        if let credential = request.credential, front.hot.isKnown(pending.readableBytesUInt8Span.extracting(credential))
        {
            front.connection.noteKey()
        }
        flush(context)
        passOn(request.count, context)
    }

    private func passOn(_ count: Int, _ context: ChannelHandlerContext) {
        guard let part = pending.readSlice(length: count) else { return }
        hasPassedOn = true
        context.fireChannelRead(wrapInboundOut(part))
    }

    private func endBurst(_ context: ChannelHandlerContext) {
        hasPassedOn = false
        context.fireChannelReadComplete()
    }

    private func end(_ context: ChannelHandlerContext) {
        pending = Self.nothing
        flush(context)
        readAgain(context)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in bound.value.allSent() }
        // Nothing, behind everything that is not sent yet.
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(Self.nothing)), promise: sent)
    }

    private func allSent() {
        guard let context, context.channel.isActive else { return }
        perform(front.connection.allSent(at: time.monotonic()), context)
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard let output = front.takeOutput() else { return }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(consume output)), promise: nil)
        // Its memory is used again as soon as the socket has taken it.
        front.output.clear(minimumCapacity: 0)
    }

    private func readAgain(_ context: ChannelHandlerContext) {
        guard hasWithheldRead, front.connection.mayRead(pending: pending.readableBytes) else { return }
        hasWithheldRead = false
        isReading = true
        context.read()
    }
}

/// The reader behind wants the body of its request: what a client that sent `Expect: 100-continue` waits for.
struct BodyWanted: Sendable {}

/// A body that ended before its end, or whose chunks are not valid.
struct BrokenBody: Error {}
