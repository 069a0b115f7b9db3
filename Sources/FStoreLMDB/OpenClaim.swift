internal import Glibc

/// This process's claim on one directory, held as long as its map is open.
///
/// LMDB forbids a second map of the same file in one process: closing either would drop the file locks of both.
final class OpenClaim: Sendable {
    private static let claimed = Lock<Set<FileIdentity>>([])
    private let identity: FileIdentity

    init(directory: String) throws(StorageError) {
        var status = stat()
        guard unsafe stat(directory, &status) == 0 else { throw .system(errno: errno, function: "stat") }
        let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        guard Self.claimed.withLock({ $0.insert(identity).inserted }) else { throw .alreadyOpen }
        self.identity = identity
    }

    deinit {
        _ = Self.claimed.withLock { $0.remove(identity) }
    }
}
