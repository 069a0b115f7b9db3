internal import Synchronization

/// The two meta pages of LMDB. Each commit is written to one of them, in turn, and tells where its trees begin.
@safe
struct MetaPages {
    private let map: PageMap

    /// LMDB's mark and version 1 of its format.
    static var magic: UInt64 { 0x0000_0001_BEEF_C0DE }
    static var magicOffset: Int { 16 }
    /// Of the table of tables.
    static var depthOffset: Int { 94 }
    static var rootOffset: Int { 128 }
    static var lastPageOffset: Int { 136 }
    static var commitOffset: Int { 144 }
    /// Up to and with the last of these.
    static var bytes: Int { 152 }

    init(_ map: PageMap) {
        self.map = map
    }

    /// The root of the table of tables and the last page in `commit`, or `nil` when a later commit has been made.
    ///
    /// The commit after the next one is written over this one's page, and a commit that failed leaves its roots there
    /// under the number of the one before. Neither can have begun as long as the other page is of an older commit.
    func tables(in commit: Int) -> (root: UInt64, lastPage: UInt64)? {
        let (page, other) = unsafe (self.page(commit), self.page(commit + 1))
        guard unsafe page.loadUnaligned(fromByteOffset: Self.commitOffset, as: Int.self) == commit else { return nil }
        let root = unsafe page.loadUnaligned(fromByteOffset: Self.rootOffset, as: UInt64.self)
        let lastPage = unsafe page.loadUnaligned(fromByteOffset: Self.lastPageOffset, as: UInt64.self)
        atomicMemoryFence(ordering: .acquiring)
        let before = unsafe other.loadUnaligned(fromByteOffset: Self.commitOffset, as: Int.self)
        return before < commit ? (root, lastPage) : nil
    }

    private func page(_ commit: Int) -> UnsafeRawPointer {
        unsafe map.start + (commit & 1) * map.pageBytes
    }
}
