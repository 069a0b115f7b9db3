import FStoreTelemetry
import Glibc

/// A descriptor for log lines, of which each write(2) comes out as a packet of its own.
final class LineReader: Sendable {
    /// Where lines go in.
    let output: LogOutput
    private let ends: [Int32]

    init() {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let status = unsafe socketpair(AF_UNIX, type, 0, &ends)
        precondition(status == 0, "no socket pair")
        self.ends = ends
        output = LogOutput(descriptor: ends[0])
    }

    deinit {
        for end in ends { close(end) }
    }

    /// The next packet, or `nil` if there is none.
    func next() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        let count = unsafe recv(ends[1], &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// The next packet as text without its newline, if it is exactly one line of UTF-8.
    func nextLine() -> String? {
        guard let bytes = next(), bytes.last == 10, bytes.count(where: { $0 == 10 || $0 == 13 }) == 1 else {
            return nil
        }
        return String(validating: bytes.dropLast(), as: UTF8.self)
    }
}
