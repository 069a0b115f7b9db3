internal import FStoreTelemetry
internal import FStoreWire
internal import Glibc
internal import NIOCore

/// Stands at the socket that listens. While few descriptors are left, clients are accepted only to be told so.
///
/// Without it the last ones go to clients. Then a client that nobody can accept stays in the queue of the system, which
/// says again and again that somebody waits: the event loop does nothing but ask, with a processor of its own. And the
/// process ends when the runtime gets no descriptor for a timer.
final class DescriptorReserve: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    /// Descriptors that are not for clients: files that are opened now and then, and timers.
    private static let headroom = 16
    /// Clients that are let go before the event loop has its turn for others.
    private static let maxClients = 64
    private static let pause = TimeAmount.milliseconds(100)

    private let admission: Admission
    private let refuse: Refusals
    /// Whether clients would understand an answer: within TLS they would not.
    private let answers: Bool
    /// Given up for the moment in which a client is told, when there is no other.
    private var reserve: Int32
    private var isShort = false

    init(admission: Admission, refuse: Refusals, answers: Bool) {
        self.admission = admission
        self.refuse = refuse
        self.answers = answers
        reserve = Self.take()
    }

    deinit { if reserve >= 0 { Glibc.close(reserve) } }

    private static func take() -> Int32 { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }

    func read(context: ChannelHandlerContext) {
        if isShort { return }
        if hasRoom { context.read() } else { runShort(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, error.errnoCode == EMFILE || error.errnoCode == ENFILE else {
            return context.fireErrorCaught(error)
        }
        if !isShort { runShort(context) }
    }

    /// The system gives the lowest number that is free: it tells how many are taken.
    private var hasRoom: Bool {
        if reserve < 0 { reserve = Self.take() }
        let next = dup(reserve)
        guard next >= 0 else { return false }
        Glibc.close(next)
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        return Int(next) < Int(clamping: limit.rlim_cur) - Self.headroom
    }

    private func runShort(_ context: ChannelHandlerContext) {
        isShort = true
        admission.askForRoom()
        admission.warn("few descriptors are left; clients are answered with 503 (LimitNOFILE, ulimit -n)", [:])
        refuseWaiting(context)
        context.eventLoop.assumeIsolated()
            .scheduleTask(in: Self.pause) {
                if self.hasRoom {
                    self.isShort = false
                    context.read()
                } else {
                    self.runShort(context)
                }
            }
    }

    private func refuseWaiting(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { listener in
            for _ in 0..<Self.maxClients where !refuseOne(listener) { return }
        }
    }

    /// - Returns: `false` when nobody waits.
    private func refuseOne(_ listener: Int32) -> Bool {
        var client = accept(listener, nil, nil)
        if client < 0, errno == EMFILE || errno == ENFILE, reserve >= 0 {
            Glibc.close(reserve)
            reserve = -1
            client = accept(listener, nil, nil)
        }
        if client >= 0 {
            if answers { answer(client) }
            refuse.metrics.refusedConnections.add()
            Glibc.close(client)
        }
        if reserve < 0 { reserve = Self.take() }
        return client >= 0
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
}
