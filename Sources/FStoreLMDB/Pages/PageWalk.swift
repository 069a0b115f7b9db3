/// A search and a walk upwards over the pages of one table.
@safe
@usableFromInline
package struct PageWalk: ~Escapable {
    private let tree: PageTree
    /// The leaf it stands in; without nodes when it stands nowhere.
    @usableFromInline var leaf: TreePage
    @usableFromInline var index = 0
    /// Up to here the keys of the leaf begin like the one it stands on, in as many bytes as were last asked for.
    @usableFromInline var sharedEnd = 0
    /// How it came to the leaf.
    private var way: LeafPlace?
    /// Where the transaction keeps the leaf that was read last.
    private let lastLeaf: UnsafeMutablePointer<TreePage?>?
    private let isNear: Bool

    /// A step takes some ten nanoseconds, a cache line from memory some hundred. So many nodes are asked for at a time,
    /// while those before them are walked over.
    private static var stepsAhead: Int { 16 }

    /// - Parameter near: whether the first search is likely to end in the leaf that was read last.
    @_lifetime(copy tree)
    init(_ tree: PageTree, lastLeaf: UnsafeMutablePointer<TreePage?>?, near: Bool) {
        self.tree = tree
        unsafe leaf = TreePage(nothingAt: tree.map)
        way = nil
        unsafe self.lastLeaf = lastLeaf
        isNear = near
    }

    /// Moves to the first entry whose key is not less than `key`.
    @_lifetime(copy self)
    package mutating func seek(atOrAfter key: RawSpan) throws(StorageError) -> Entry? {
        let last = unsafe isNear ? lastLeaf?.pointee : nil
        return try arrive(at: tree.place(key, near: last))
    }

    /// Moves to the next entry. `nil` at the end, and where no search has found anything.
    @_lifetime(copy self)
    package mutating func next() throws(StorageError) -> Entry? {
        if index &+ 1 >= leaf.count { return try nextLeaf() }
        return try step()
    }

    /// Moves to the next entry if the first `prefixBytes` of its key are those of the entry at hand.
    ///
    /// Keys are sorted: a look at one of them tells about all before it.
    @_lifetime(copy self)
    package mutating func next(sharing prefixBytes: Int) throws(StorageError) -> Entry? {
        if index &+ 1 >= sharedEnd { return try nextShared(prefixBytes) }
        return try step()
    }

    /// The same, if it is known to begin so, lies in this leaf, and has its value there too.
    @inlinable
    @inline(__always)
    @_lifetime(copy self)
    mutating func stepShared() -> Entry? {
        let next = index &+ 1
        if next >= sharedEnd { return nil }
        guard let node = leaf.soundNode(next), !node.isElsewhere else { return nil }
        index = next
        let entry = unsafe Entry(node.key, node.keyBytes, node.key + Int(node.keyBytes), node.valueBytes)
        return unsafe _overrideLifetime(entry, copying: self)
    }

    @_lifetime(copy self)
    private mutating func step() throws(StorageError) -> Entry? {
        index &+= 1
        return try tree.entry(leaf, index)
    }

    @inline(never)
    @_lifetime(copy self)
    private mutating func nextShared(_ prefixBytes: Int) throws(StorageError) -> Entry? {
        if leaf.count == 0 { return nil }
        let key = try tree.entry(leaf, index).key
        guard key.byteCount >= prefixBytes else { return nil }
        let prefix = key.extracting(first: prefixBytes)
        if index &+ 1 == leaf.count {
            guard let entry = try nextLeaf(), entry.key.starts(with: prefix) else { return nil }
            return entry
        }
        // One comparison answers for all keys in between, because keys are sorted. The answer is kept in `sharedEnd`,
        // and most steps of a walk are then an addition and a look at one node.
        let ahead = min(index &+ Self.stepsAhead, leaf.count &- 1)
        if sharedEnd == 0 { prefetch(from: index &+ 1) }
        if try leaf.begins(ahead, with: prefix) {
            sharedEnd = ahead &+ 1
            prefetch(from: sharedEnd)
        } else {
            sharedEnd = try leaf.end(of: prefix, from: index &+ 1, before: ahead)
        }
        return index &+ 1 < sharedEnd ? try step() : nil
    }

    @inline(never)
    @_lifetime(copy self)
    private mutating func nextLeaf() throws(StorageError) -> Entry? {
        guard let way, let place = try tree.nextLeaf(way) else { return try arrive(at: nil) }
        return try arrive(at: place)
    }

    /// Asks for the next nodes: of this leaf, else of the one behind it, of which it asked for the head before.
    @inline(never)
    private func prefetch(from first: Int) {
        for ahead in 0..<Self.stepsAhead { leaf.prefetch(first &+ ahead) }
        guard first &+ 2 &* Self.stepsAhead >= leaf.count, let way else { return }
        if first < leaf.count {
            leaf.prefetch(0)
            tree.prefetchLeaf(after: way)
        } else if let behind = tree.likelyLeaf(after: way) {
            for ahead in 0..<Self.stepsAhead { behind.prefetch(ahead) }
        }
    }

    @_lifetime(copy self)
    private mutating func arrive(at place: LeafPlace?) throws(StorageError) -> Entry? {
        way = place
        // What is known of shared prefixes belongs to the leaf that was left.
        sharedEnd = 0
        guard let place else {
            unsafe leaf = TreePage(nothingAt: tree.map)
            return nil
        }
        (leaf, index) = (place.page, place.index)
        unsafe lastLeaf?.pointee = leaf
        return try tree.entry(leaf, index)
    }
}
