internal import Glibc

/// The room on a disk that is left to values: files that can be done without do not take it.
package enum DiskRoom {
    /// Less is free than is kept.
    package struct Shortage: Error, Hashable, Sendable {
        /// A tenth of the disk, at most 1 GiB.
        package let keptBytes: UInt64
    }

    /// What is short when so many more bytes are written to the disk of a file; `nil` when nothing is.
    package static func shortage(_ descriptor: Int32, for bytes: Int) -> Shortage? {
        var disk = statvfs()
        guard unsafe fstatvfs(descriptor, &disk) == 0 else { return nil }
        let free = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
        let kept = min(UInt64(disk.f_blocks) * UInt64(disk.f_frsize) / 10, 1 << 30)
        return free < kept + UInt64(bytes) ? Shortage(keptBytes: kept) : nil
    }
}
