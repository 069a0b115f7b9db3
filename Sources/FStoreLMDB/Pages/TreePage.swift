internal import CCRC32C

/// A page of a branch or a leaf, in the map. `PageTree` draws its bytes.
///
/// Every offset that is followed lies within the page; a page that says otherwise is damage. What keys and values hold
/// is not judged here.
@safe
@usableFromInline
struct TreePage {
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline let bytes: UInt32
    @usableFromInline let nodes: UInt16
    let isLeaf: Bool

    /// Whether this is the first of so many pages that one value has to itself.
    static func isFirst(of pages: UInt64, _ start: UnsafeRawPointer, number: UInt64) -> Bool {
        let head = unsafe start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return unsafe start.loadUnaligned(as: UInt64.self) == number && head >> 16 & kinds == overflow
            && head >> 32 >= pages
    }

    /// An empty placeholder without nodes. It never reads from `anywhere`.
    init(nothingAt anywhere: UnsafeRawPointer) {
        unsafe start = anywhere
        (bytes, nodes, isLeaf) = (0, 0, true)
    }

    /// How many nodes it has: at least one, or zero for the empty placeholder.
    @inlinable var count: Int { Int(nodes) }
    @inlinable var pageBytes: Int { Int(bytes) }

    @inlinable static var headBytes: Int { 16 }
    @inlinable static var nodeBytes: Int { 8 }
    /// Branch, leaf, overflow, meta, and the two kinds of pages for duplicate keys, which FStore does not use.
    private static var kinds: UInt64 { 0x6F }
    private static var branch: UInt64 { 0x01 }
    private static var leaf: UInt64 { 0x02 }
    private static var overflow: UInt64 { 0x04 }

    @inline(__always)
    init(_ start: UnsafeRawPointer, number: UInt64, pageBytes: Int) throws(StorageError) {
        unsafe self.start = start
        bytes = UInt32(truncatingIfNeeded: pageBytes)
        let head = unsafe start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let kind = head >> 16 & Self.kinds
        let offsetsEnd = Int(head >> 32 & 0xFFFF)
        guard unsafe start.loadUnaligned(as: UInt64.self) == number, kind == Self.branch || kind == Self.leaf,
            offsetsEnd > Self.headBytes, offsetsEnd & 1 == 0, offsetsEnd <= pageBytes
        else { throw PageDamage.error }
        nodes = UInt16(truncatingIfNeeded: (offsetsEnd &- Self.headBytes) / 2)
        isLeaf = kind == Self.leaf
    }

    /// A node's head, and where its key lies.
    @safe
    @usableFromInline
    struct Node {
        @usableFromInline let key: UnsafeRawPointer
        @usableFromInline let head: UInt64

        @inlinable
        init(key: UnsafeRawPointer, head: UInt64) {
            unsafe self.key = key
            self.head = head
        }

        @inlinable var keyBytes: UInt32 { UInt32(truncatingIfNeeded: head >> 48) }
        /// Of a leaf's node.
        @inlinable var valueBytes: UInt32 { UInt32(truncatingIfNeeded: head) }
        /// Whether a leaf's value has pages of its own.
        @inlinable var isElsewhere: Bool { head >> 32 & 1 != 0 }
        /// Of a branch's node.
        var child: UInt64 { head & 0xFFFF_FFFF_FFFF }
    }

    /// The node at `index`, if it lies within the page with its key and, in a leaf, its value.
    @inlinable
    @inline(__always)
    func soundNode(_ index: Int) -> Node? {
        guard let node = soundNodeWithKey(index) else { return nil }
        let value = node.isElsewhere ? 8 : Int(node.valueBytes)
        return unsafe node.key - start + Int(node.keyBytes) + value <= pageBytes ? node : nil
    }

    @inlinable
    @inline(__always)
    func soundNodeWithKey(_ index: Int) -> Node? {
        let offset = Int(unsafe start.loadUnaligned(fromByteOffset: Self.headBytes &+ 2 &* index, as: UInt16.self))
        guard offset &+ Self.nodeBytes <= pageBytes else { return nil }
        let node = unsafe Node(
            key: start + (offset &+ Self.nodeBytes),
            head: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
        return offset &+ Self.nodeBytes &+ Int(node.keyBytes) <= pageBytes ? node : nil
    }

    @inline(__always)
    func node(_ index: Int) throws(StorageError) -> Node {
        guard let node = soundNode(index) else { throw PageDamage.error }
        return node
    }

    @inline(__always)
    func nodeWithKey(_ index: Int) throws(StorageError) -> Node {
        guard let node = soundNodeWithKey(index) else { throw PageDamage.error }
        return node
    }

    @inline(__always)
    func childNumber(_ index: Int) throws(StorageError) -> UInt64 {
        try nodeWithKey(index).child
    }

    /// Asks the processor to fetch the nodes that a search looks at first, all at once instead of one after another.
    @inline(__always)
    func prefetchProbes() {
        let eighth = count &>> 3
        if eighth == 0 { return }
        for part in 1..<8 { prefetch(part &* eighth) }
    }

    /// Asks the processor to fetch the node at `index`, if there is one, ahead of its use.
    @inline(__always)
    func prefetch(_ index: Int) {
        if index >= count { return }
        let offset = Int(unsafe start.loadUnaligned(fromByteOffset: Self.headBytes &+ 2 &* index, as: UInt16.self))
        unsafe fstore_prefetch(start + offset)
    }
}
