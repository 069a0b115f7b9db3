internal import FStoreServices
internal import NIOCore

/// Reads no more than is answered, and answers no more than the client takes.
extension FrontHandler {
    private var mayRead: Bool {
        switch state {
        case .writing: pending.readableBytes < Self.maxPending
        case .passing(let rest, _): !rest.isOver || pending.readableBytes < Self.maxPending
        case .ready, .closing: true
        }
    }

    func read(context: ChannelHandlerContext) {
        pace.hasWithheldRead = true
        readAgain(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            pace.isFull = false
            pace.restartHead()
            // Not at once: this may be called from within the sending of an answer.
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.execute { bound.value.takeUp() }
        } else {
            pace.isFull = true
        }
        context.fireChannelWritabilityChanged()
    }

    private func takeUp() {
        guard let context, !pace.isFull else { return }
        if case .ready = state { goOn(context) } else { readAgain(context) }
    }

    func readAgain(_ context: ChannelHandlerContext) {
        guard pace.hasWithheldRead, mayRead else { return }
        if case .closing = state {} else if !context.channel.isWritable { return }
        pace.hasWithheldRead = false
        pace.isReading = true
        context.read()
    }
}
