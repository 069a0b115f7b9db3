internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Stands behind the HTTP codec and tells the front when the answer to a request that it handed on has gone out.
final class AnswerWatch: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let front: FrontHandler
    private var isLast = false

    init(front: FrontHandler) {
        self.front = front
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            // 1xx is not the answer yet.
            if head.status.kind != .informational {
                if front.isAnswerLast() { head.headerFields[.connection] = "close" }
                isLast = head.headerFields[.connection] == "close"
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let wasLast = isLast
            let front = NIOLoopBound(front, eventLoop: context.eventLoop)
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenSuccess { front.value.slowAnswerEnded(isLast: wasLast) }
            context.write(data, promise: written)
        }
    }
}
