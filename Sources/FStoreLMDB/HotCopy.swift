internal import CLMDB
internal import Glibc

extension Environment {
    /// Writes a consistent, compacted copy of the newest commit to a new file, while others read and write.
    ///
    /// The copy has reached the disk when this returns.
    package func copy(to path: String) throws(StorageError) {
        // A descriptor of our own: the library would make the file readable for everybody.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno: errno, function: #function) }
        defer { close(descriptor) }
        try unsafe succeeded(mdb_env_copyfd2(handle, descriptor, UInt32(MDB_CP_COMPACT)))
        guard fsync(descriptor) == 0 else { throw .system(errno: errno, function: #function) }
    }
}
