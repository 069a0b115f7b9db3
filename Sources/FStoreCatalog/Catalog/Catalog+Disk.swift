internal import Glibc

extension Catalog {
    /// Bytes that the disk has left.
    package var availableBytes: Int { CatalogRoom.available(beside: path) }

    /// Bytes of the catalog and its write-ahead log.
    package var diskBytes: Int {
        [path, path + "-wal"]
            .reduce(0) { sum, file in
                var status = stat()
                return unsafe stat(file, &status) == 0 ? sum + Int(status.st_size) : sum
            }
    }
}
