internal import FStore
internal import FStoreCatalog
internal import FStoreSecurity
internal import Glibc

/// Looks for files of a server that others than their owner may read or write.
enum FilePermissions {
    /// A file, and what others may do with it.
    struct Finding: Hashable, Sendable {
        let path: String
        /// As `chmod` takes it.
        let mode: String
    }

    private static let names = [
        FeatureStore.fileName, FeatureStore.fileName + "-lock", Catalog.fileName, Catalog.fileName + "-wal",
        Catalog.fileName + "-shm", Catalog.fileName + "-commits", SealingKey.fileName, ServerLock.fileName,
    ]

    /// - Parameters:
    ///   - directory: the data directory: it and the server's files in it are for their owner alone.
    ///   - key: the file of the certificate's key, which a group may share.
    static func openToOthers(directory: String, key: String?) -> [Finding] {
        let own = [directory] + names.map { directory + "/" + $0 }
        return own.compactMap { finding($0, mask: 0o077) }
            + [key].compactMap { $0 }.compactMap { finding($0, mask: 0o007) }
    }

    private static func finding(_ path: String, mask: mode_t) -> Finding? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & mask != 0 else { return nil }
        return Finding(path: path, mode: "0" + String(status.st_mode & 0o7777, radix: 8))
    }
}
