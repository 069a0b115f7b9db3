internal import FStoreServices
internal import FStoreWire
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTPTypes

/// hummingbird's connection with the front before its HTTP decoder.
struct FrontChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = HTTP1Channel.Value

    let responder: HTTPChannelHandler.Responder
    let configuration: HTTP1Channel.Configuration
    /// One for each event loop; none where hot requests take the slow path too.
    let paths: [ObjectIdentifier: FastPath]
    let gate: Gate
    let limits: WireLimits
    let refuse: Refusals
    let admission: Admission
    let budget: ByteBudget

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let front = FrontHandler(
            hot: HotConnection(path: paths[ObjectIdentifier(channel.eventLoop)], gate: gate),
            limits: limits,
            refuse: refuse,
            admission: admission,
            budget: budget
        )
        let bound = NIOLoopBound(front, eventLoop: channel.eventLoop)
        var configuration = configuration
        configuration.additionalChannelHandlers = { [AnswerWatch(front: bound.value)] }
        let base = HTTP1Channel(responder: responder, configuration: configuration)
        return channel.eventLoop
            .makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            .flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
