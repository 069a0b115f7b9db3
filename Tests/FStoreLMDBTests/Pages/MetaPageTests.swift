import Testing

@testable import FStoreLMDB

@Suite("Meta pages")
struct MetaPageTests {
    /// A commit writes over the page of the one before the last, piece by piece, and one that fails leaves its roots
    /// there under the old number. What such a page says of a commit must not be believed, and need not be.
    @Test func `are believed of the newest commit alone`() {
        let bytes = 4096
        let start = UnsafeMutableRawPointer.allocate(byteCount: 2 * bytes, alignment: bytes)
        defer { unsafe start.deallocate() }
        func root(even: Int, odd: Int, of commit: Int) -> UInt64? {
            for (page, number) in [even, odd].enumerated() {
                unsafe start.storeBytes(of: number, toByteOffset: page * bytes + MetaPages.commitOffset, as: Int.self)
                let root = UInt64(100 + number)
                unsafe start.storeBytes(of: root, toByteOffset: page * bytes + MetaPages.rootOffset, as: UInt64.self)
            }
            let map = unsafe PageMap(start: UnsafeRawPointer(start), pageBytes: bytes)
            return MetaPages(map).tables(in: commit)?.root
        }
        #expect(root(even: 8, odd: 7, of: 8) == 108)
        #expect(root(even: 8, odd: 9, of: 9) == 109)
        // The next commit is there: the one after it may be writing over this page now.
        #expect(root(even: 8, odd: 9, of: 8) == nil)
        // It has written.
        #expect(root(even: 10, odd: 9, of: 8) == nil)
        #expect(root(even: 8, odd: 7, of: 10) == nil)
    }
}
