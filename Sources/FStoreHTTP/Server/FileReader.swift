internal import Glibc
internal import NIOCore

/// Reads a file piece by piece.
final class FileReader: Sendable {
    /// The file cannot be read, or ends early.
    struct Failure: Error {}

    private let descriptor: Int32

    init(_ path: String) throws(Failure) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 { throw Failure() }
    }

    deinit { close(descriptor) }

    /// So many bytes from a position on, or fewer.
    func read(at position: Int, count: Int) throws(Failure) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        let found = unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            while true {
                let found = unsafe pread(descriptor, room.baseAddress, count, position)
                if found >= 0 { return found }
                if errno != EINTR { return 0 }
            }
        }
        if found == 0 { throw Failure() }
        return buffer
    }
}
