internal import FStoreTelemetry
internal import FStoreWire
internal import Glibc
internal import NIOCore

/// Stands at the socket that listens and keeps one descriptor back. When the process has no other, it is used to accept
/// a client, tell it so, and let it go.
///
/// Without it the client stays in the queue of the system, which says again and again that somebody waits: the event
/// loop does nothing but ask, with a processor of its own.
final class DescriptorReserve: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// Clients that are let go before others of the event loop have their turn.
    private static let maxClients = 64
    private static let pause = TimeAmount.milliseconds(100)

    private let admission: Admission
    private let refuse: Refusals
    /// Whether clients would understand an answer: within TLS they would not.
    private let answers: Bool
    private var reserve: Int32

    init(admission: Admission, refuse: Refusals, answers: Bool) {
        self.admission = admission
        self.refuse = refuse
        self.answers = answers
        reserve = Self.take()
    }

    deinit { if reserve >= 0 { Glibc.close(reserve) } }

    private static func take() -> Int32 { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, error.errnoCode == EMFILE || error.errnoCode == ENFILE else {
            return context.fireErrorCaught(error)
        }
        admission.askForRoom()
        let pipeline = context.pipeline.syncOperations
        let count = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { refuseWaiting($0) }
        admission.warn("no descriptor is left for a client; raise the limit (LimitNOFILE, ulimit -n)", [:])
        // Others were faster and have the reserve too: it is better to listen again later than without end.
        if count ?? 0 == 0 { pauseListening(context) }
    }

    /// - Returns: how many clients were let go.
    private func refuseWaiting(_ listener: Int32) -> Int {
        if reserve < 0 { reserve = Self.take() }
        for count in 0..<Self.maxClients {
            guard reserve >= 0 else { return count }
            Glibc.close(reserve)
            let client = accept(listener, nil, nil)
            if client >= 0 {
                if answers { answer(client) }
                refuse.metrics.refusedConnections.add()
                Glibc.close(client)
            }
            reserve = Self.take()
            if client < 0 { return count }
        }
        return Self.maxClients
    }

    private func answer(_ client: Int32) {
        var output = ByteBuffer()
        refuse.write(.noRoom, into: &output)
        // What the client has sent is read first: to close with something unread takes the answer back.
        var read = [UInt8](repeating: 0, count: 16_384)
        _ = unsafe recv(client, &read, read.count, Int32(MSG_DONTWAIT))
        _ = unsafe output.withUnsafeReadableBytes { bytes in
            unsafe send(client, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
    }

    private func pauseListening(_ context: ChannelHandlerContext) {
        // Only a change of this option takes the wish to read back.
        try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { context.read() }
    }
}
