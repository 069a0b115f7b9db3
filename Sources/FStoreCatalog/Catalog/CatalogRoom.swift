internal import Glibc

/// Room on the disk for the few writes that must not fail when it is full: revoking a key.
///
/// SQLite appends each transaction to the write-ahead log and goes back to the beginning of the log after a checkpoint.
/// So blocks that the log has once stay its own, and a transaction that fits into them needs nothing from the disk.
/// Other writes are refused while the disk is nearly full, so that they leave those blocks alone.
enum CatalogRoom {
    /// Blocks of the log: dozens of revocations, each with its entry in the audit trail; the test makes 40.
    private static let logBytes = 2 << 20
    /// Less free space than this counts as none.
    private static let leastFreeBytes: UInt64 = 256 << 10
    /// Pages in the log that start a checkpoint. An eighth of the log, so that the rest is there when the disk
    /// becomes full.
    static let checkpointPages = 64

    /// Gives the log its blocks. On a disk that is full already, or whose file system cannot, it stays as it is.
    static func keep(in log: String) {
        let descriptor = unsafe open(log, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        // SQLite takes no locks on this file, so that closing it drops none.
        defer { close(descriptor) }
        _ = posix_fallocate(descriptor, 0, off_t(logBytes))
    }

    /// Bytes that the disk has left for this program, or 0 when it does not say.
    static func available(beside path: String) -> Int {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return 0 }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// Whether the disk has room for other writes.
    static func isLeft(beside path: String) -> Bool {
        var status = statvfs()
        // Where nobody can say, SQLite will find out.
        guard unsafe statvfs(path, &status) == 0 else { return true }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) >= leastFreeBytes
    }
}
