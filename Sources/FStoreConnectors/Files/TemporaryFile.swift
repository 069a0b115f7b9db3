internal import Glibc
internal import Synchronization

/// A file without a name, for what is too large for memory. It is gone with this object, and with the process.
package final class TemporaryFile: Sendable {
    private let descriptor: Int32
    private let size = Atomic<Int>(0)

    /// Why the file cannot be used.
    package enum Failure: Error, Hashable, Sendable {
        /// The disk has no room, or would have too little left for values.
        case noRoom(DiskRoom.Shortage?)
        case system(reason: String)
    }

    /// How much is written before the room on the disk is looked at again.
    private static let checkedBytes = 1 << 24

    /// - Parameter directory: made when it is not there.
    package init(in directory: String) throws(Failure) {
        _ = unsafe mkdir(directory, 0o700)
        let path = directory + "/" + String(UInt64.random(in: .min ... .max), radix: 16)
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure() }
        _ = unsafe unlink(path)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    package var byteCount: Int { size.load(ordering: .acquiring) }

    /// Writes behind what was written.
    package func append(_ bytes: [UInt8]) throws(Failure) {
        let before = byteCount
        if before == 0 || before / Self.checkedBytes != (before + bytes.count) / Self.checkedBytes {
            if let shortage = DiskRoom.shortage(descriptor, for: Self.checkedBytes) { throw .noRoom(shortage) }
        }
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe pwrite(
                    descriptor,
                    bytes.baseAddress.map { unsafe $0 + start },
                    bytes.count - start,
                    before + start
                )
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw Self.failure()
            }
        }
        size.store(before + bytes.count, ordering: .releasing)
    }

    /// Reads into a buffer, and says how many bytes there were.
    package func read(into buffer: inout [UInt8], at position: Int) throws(Failure) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { room in
                unsafe pread(descriptor, room.baseAddress, room.count, position)
            }
            if count >= 0 { return count }
            if errno != EINTR { throw Self.failure() }
        }
    }

    private static func failure() -> Failure {
        errno == ENOSPC ? .noRoom(nil) : .system(reason: SystemCall.reason())
    }
}
