/// A search and a walk upwards over the pages of one table.
@safe
package struct PageWalk: ~Escapable {
    private let tree: PageTree
    private var place: LeafPlace?
    /// Where the transaction keeps the leaf that was read last.
    private let lastLeaf: UnsafeMutablePointer<TreePage?>?
    private let isNear: Bool

    /// A step takes some ten nanoseconds, a cache line from memory some hundred.
    private static var stepsAhead: Int { 8 }

    /// - Parameter near: whether the first search is likely to end in the leaf that was read last.
    @_lifetime(copy tree)
    init(_ tree: PageTree, lastLeaf: UnsafeMutablePointer<TreePage?>?, near: Bool) {
        self.tree = tree
        unsafe self.lastLeaf = lastLeaf
        place = nil
        isNear = near
    }

    /// Moves to the first entry whose key is not less than `key`.
    @_lifetime(copy self)
    package mutating func seek(atOrAfter key: RawSpan) throws(StorageError) -> Entry? {
        let leaf = unsafe isNear ? lastLeaf?.pointee : nil
        place = try tree.place(key, near: leaf)
        return try arrive()
    }

    /// Moves to the next entry. `nil` at the end, and where no search has found anything.
    @inline(__always)
    @_lifetime(copy self)
    package mutating func next() throws(StorageError) -> Entry? {
        guard let leaf = place?.page, let last = place?.index else { return nil }
        let index = last &+ 1
        if index >= leaf.count { return try nextLeaf() }
        place?.index = index
        leaf.prefetch(index &+ Self.stepsAhead)
        return try tree.entry(leaf, index)
    }

    @inline(never)
    @_lifetime(copy self)
    private mutating func nextLeaf() throws(StorageError) -> Entry? {
        guard let last = place else { return nil }
        place = try tree.nextLeaf(last)
        if let leaf = place?.page { for index in 1...Self.stepsAhead { leaf.prefetch(index) } }
        return try arrive()
    }

    @_lifetime(copy self)
    private func arrive() throws(StorageError) -> Entry? {
        guard let place else { return nil }
        unsafe lastLeaf?.pointee = place.page
        return try tree.entry(place.page, place.index)
    }
}
