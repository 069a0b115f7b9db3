internal import Glibc
internal import NIOCore

/// Bytes of answers that a client has not taken.
enum UnsentBytes {
    /// What waits in the channel, and what the system has taken and the client's has not acknowledged.
    ///
    /// The channel alone does not tell: the system takes megabytes at once, and asks for more when a third of them is
    /// gone. A client that reads 10 kB a second then seems to stand still for minutes.
    static func count(_ context: ChannelHandlerContext) -> Int {
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let pipeline = context.pipeline.syncOperations
        let inSystem = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            var bytes: Int32 = 0
            return unsafe ioctl(socket, UInt(TIOCOUTQ), &bytes) == 0 ? Int(bytes) : 0
        }
        return waiting + (inSystem ?? 0)
    }
}
