internal import Glibc
internal import Synchronization

/// Where log lines go: a file descriptor, and the lock that keeps lines whole.
///
/// A line is one write(2). A reader that does not read must not stop the server: on a descriptor that does not block,
/// the first line that finds no room waits a moment, the next ones are dropped until there is room again.
///
/// A program whose output may be a pipe ignores `SIGPIPE`, or a reader that leaves ends it.
package final class LogOutput: Sendable {
    /// The standard error stream.
    package static let standardError = LogOutput(descriptor: STDERR_FILENO)

    private struct State {
        /// The last line was written in part: the next one must not be joined to it.
        var isTorn = false
        /// The last line found no room.
        var isStalled = false
    }

    private static let patienceMilliseconds: Int32 = 100

    private let descriptor: Int32
    private let state = Lock(State())
    private let dropped = Atomic<UInt64>(0)

    /// - Parameter descriptor: Stays the caller's, who closes it after the last line.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// How many lines were not written, or not to their end.
    package var droppedLines: UInt64 { dropped.load(ordering: .relaxed) }

    /// Writes a line that ends in a newline.
    package func write(_ line: [UInt8]) {
        state.withLock { state in
            let bytes = state.isTorn ? [UInt8(ascii: "\n")] + line : line
            let written = send(bytes, isPatient: !state.isStalled)
            let isWhole = written == bytes.count
            state.isStalled = !isWhole
            if written > 0 { state.isTorn = !isWhole }
            if !isWhole { dropped.wrappingAdd(1, ordering: .relaxed) }
        }
    }

    /// How many bytes could be written.
    private func send(_ bytes: [UInt8], isPatient: Bool) -> Int {
        let bytes = bytes.span
        return unsafe bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                if count > 0 {
                    sent += count
                } else if count < 0, errno == EINTR {
                    continue
                } else if count == 0 || errno != EAGAIN || !isPatient || !waitForRoom() {
                    break
                }
            }
            return sent
        }
    }

    private func waitForRoom() -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, Self.patienceMilliseconds) > 0
    }
}
