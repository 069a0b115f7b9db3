internal import CCRC32C

/// A page of a branch or a leaf, in the map. `PageTree` draws its bytes.
///
/// Every offset that is followed lies within the page; a page that says otherwise is damage. What keys and values hold
/// is not judged here.
@safe
struct TreePage {
    let start: UnsafeRawPointer
    private let bytes: UInt32
    private let nodes: UInt16
    let isLeaf: Bool

    /// How many nodes it has: at least one.
    var count: Int { Int(nodes) }
    private var pageBytes: Int { Int(bytes) }

    static var headBytes: Int { 16 }
    private static var nodeBytes: Int { 8 }
    /// Branch, leaf, overflow, meta, and the two kinds of pages for duplicate keys, which FStore has none of.
    private static var kinds: UInt64 { 0x6F }
    private static var branch: UInt64 { 0x01 }
    private static var leaf: UInt64 { 0x02 }

    @inline(__always)
    init(_ start: UnsafeRawPointer, number: UInt64, pageBytes: Int) throws(StorageError) {
        unsafe self.start = start
        bytes = UInt32(truncatingIfNeeded: pageBytes)
        let head = unsafe start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let kind = head >> 16 & Self.kinds
        let offsetsEnd = Int(head >> 32 & 0xFFFF)
        guard unsafe start.loadUnaligned(as: UInt64.self) == number, kind == Self.branch || kind == Self.leaf,
            offsetsEnd > Self.headBytes, offsetsEnd <= pageBytes
        else { throw PageDamage.error }
        nodes = UInt16(truncatingIfNeeded: (offsetsEnd &- Self.headBytes) / 2)
        isLeaf = kind == Self.leaf
    }

    /// A node's head, and where its key lies.
    @safe
    struct Node {
        let key: UnsafeRawPointer
        let head: UInt64

        var keyBytes: UInt32 { UInt32(truncatingIfNeeded: head >> 48) }
        /// Of a leaf's node.
        var valueBytes: UInt32 { UInt32(truncatingIfNeeded: head) }
        /// Whether a leaf's value has pages of its own.
        var isElsewhere: Bool { head >> 32 & 1 != 0 }
        /// Of a branch's node.
        var child: UInt64 { head & 0xFFFF_FFFF_FFFF }
    }

    /// The node at `index`, which lies within the page with its key and, in a leaf, its value.
    @inline(__always)
    func node(_ index: Int) throws(StorageError) -> Node {
        let node = try nodeWithKey(index)
        let value = node.isElsewhere ? 8 : Int(node.valueBytes)
        guard unsafe node.key - start + Int(node.keyBytes) + value <= pageBytes else { throw PageDamage.error }
        return node
    }

    @inline(__always)
    private func nodeWithKey(_ index: Int) throws(StorageError) -> Node {
        let offset = Int(unsafe start.loadUnaligned(fromByteOffset: Self.headBytes &+ 2 &* index, as: UInt16.self))
        guard offset &+ Self.nodeBytes <= pageBytes else { throw PageDamage.error }
        let node = unsafe Node(
            key: start + (offset &+ Self.nodeBytes),
            head: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
        guard offset &+ Self.nodeBytes &+ Int(node.keyBytes) <= pageBytes else { throw PageDamage.error }
        return node
    }

    @inline(__always)
    func childNumber(_ index: Int) throws(StorageError) -> UInt64 {
        try nodeWithKey(index).child
    }

    /// The child in whose range `key` lies.
    @inline(__always)
    func child(for key: RawSpan) throws(StorageError) -> Int {
        // A key equal to the first one of a child lies in that child.
        try firstIndex(key, after: true, from: 1) &- 1
    }

    /// The first node whose key is not less than `key`, or, if `after` is set, greater; `count` when there is none.
    @inline(__always)
    func firstIndex(_ key: RawSpan, after: Bool, from first: Int = 0) throws(StorageError) -> Int {
        var low = first
        var high = count
        while low < high {
            let middle = (low &+ high) >> 1
            let order = try order(middle, key)
            if order < 0 || after && order == 0 { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// The same, if this leaf has nodes on both sides of `key`: then no other leaf has to be asked.
    @inline(__always)
    func innerIndex(_ key: RawSpan, after: Bool) throws(StorageError) -> Int? {
        guard try order(0, key) < 0, try order(count &- 1, key) > 0 else { return nil }
        return try firstIndex(key, after: after, from: 1)
    }

    /// Asks the processor to fetch the node at `index`, if there is one, ahead of its use.
    @inline(__always)
    func prefetch(_ index: Int) {
        if index >= count { return }
        let offset = Int(unsafe start.loadUnaligned(fromByteOffset: Self.headBytes &+ 2 &* index, as: UInt16.self))
        unsafe fstore_prefetch(start + offset)
    }

    /// How the key of a node compares with `key`: less than zero when it comes before. Bytes first, then lengths.
    @inline(__always)
    private func order(_ index: Int, _ key: RawSpan) throws(StorageError) -> Int {
        let node = try nodeWithKey(index)
        let nodeBytes = Int(node.keyBytes)
        let common = min(nodeBytes, key.byteCount)
        var offset = 0
        while offset &+ 8 <= common {
            let (left, right) = unsafe (Self.word(node.key, offset), key.word(at: offset).bigEndian)
            if left != right { return left < right ? -1 : 1 }
            offset &+= 8
        }
        if offset < common {
            if common >= 8 {
                // The last word overlaps the one before, which is the same on both sides.
                let (left, right) = unsafe (Self.word(node.key, common &- 8), key.word(at: common &- 8).bigEndian)
                if left != right { return left < right ? -1 : 1 }
            } else {
                while offset < common {
                    let left = unsafe node.key.load(fromByteOffset: offset, as: UInt8.self)
                    let right = key.byte(at: offset)
                    if left != right { return left < right ? -1 : 1 }
                    offset &+= 1
                }
            }
        }
        return nodeBytes &- key.byteCount
    }

    @inline(__always)
    private static func word(_ key: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        unsafe key.loadUnaligned(fromByteOffset: offset, as: UInt64.self).bigEndian
    }
}
