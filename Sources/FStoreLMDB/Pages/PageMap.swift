internal import CLMDB
internal import Glibc

/// Where the pages of a file lie in memory, if they are laid out as in LMDB 0.9.
@safe
struct PageMap {
    /// Page 0.
    let start: UnsafeRawPointer
    let pageBytes: Int

    init(start: UnsafeRawPointer, pageBytes: Int) {
        unsafe self.start = start
        self.pageBytes = pageBytes
    }

    /// - Parameters:
    ///   - transaction: one that has changed nothing.
    ///   - commit: the newest commit that it sees.
    ///   - table: one that there is.
    /// - Returns: `nil` when the layout is another one, or not to be told.
    init?(_ environment: OpaquePointer, _ transaction: OpaquePointer, commit: Int, table: String) {
        guard let pageBytes = unsafe Self.knownPageBytes(environment),
            let root = unsafe Self.rootOfTables(environment, pageBytes, commit),
            let record = unsafe TreeRoot.record(of: Array(table.utf8), in: transaction)
        else { return nil }
        self.pageBytes = pageBytes
        // LMDB does not tell where its map is, but the record of a table lies in a page whose number is known.
        unsafe start = Self.page(of: record, pageBytes) - Int(root) * pageBytes
    }

    /// Bytes of a page, if this is a kind of machine and a release of LMDB whose pages are known.
    private static func knownPageBytes(_ environment: OpaquePointer) -> Int? {
        #if _endian(little) && _pointerBitWidth(_64)
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        _ = unsafe mdb_version(&major, &minor, &patch)
        var status = MDB_stat()
        // From 70 on they are the development branch, whose pages are different ones.
        guard major == 0, minor == 9, patch < 70, unsafe mdb_env_stat(environment, &status) == 0 else { return nil }
        let bytes = Int(status.ms_psize)
        // The map begins at a page of the system: pages that are larger need not lie at multiples of their size.
        return bytes <= sysconf(Int32(_SC_PAGESIZE)) ? bytes : nil
        #else
        return nil
        #endif
    }

    /// The page in which LMDB's table of tables is all, as the meta page of `commit` on the disk has it.
    private static func rootOfTables(_ environment: OpaquePointer, _ pageBytes: Int, _ commit: Int) -> UInt64? {
        var descriptor: Int32 = -1
        var bytes = [UInt8](repeating: 0, count: MetaPages.bytes)
        let read = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe mdb_env_get_fd(environment, &descriptor) == 0
                ? unsafe pread(descriptor, buffer.baseAddress, buffer.count, (commit & 1) * pageBytes) : -1
        }
        let meta = bytes.span.raw
        guard read == bytes.count, meta.littleEndian(at: MetaPages.magicOffset, as: UInt64.self) == MetaPages.magic,
            meta.littleEndian(at: MetaPages.commitOffset, as: Int.self) == commit,
            meta.littleEndian(at: MetaPages.depthOffset, as: UInt16.self) == 1
        else { return nil }
        return meta.littleEndian(at: MetaPages.rootOffset, as: UInt64.self)
    }

    /// Where the page begins that `address` lies in.
    static func page(of address: UnsafeRawPointer, _ pageBytes: Int) -> UnsafeRawPointer {
        unsafe address - Int(bitPattern: address) % pageBytes
    }
}
