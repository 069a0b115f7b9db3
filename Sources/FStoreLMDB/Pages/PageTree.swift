internal import CCRC32C
internal import CLMDB

/// One table of one commit, read from the pages as LMDB 0.9 lays them out.
///
/// LMDB's own search calls a function for every key that it looks at, and its cursor one for every step. Here both are
/// a few instructions, and a page that cannot be is an error instead of the end of the process. Only pages of commits
/// are read: nobody changes them as long as the read transaction is open.
///
/// | part | bytes |
/// |---|---|
/// | page | number u64 · – u16 · flags u16 · end of offsets u16 · – u16 · an offset u16 for each node |
/// | node of a leaf | bytes of the value u32 · flags u16 · bytes of the key u16 · key · value |
/// | node of a branch | number of the child u48 · bytes of the key u16 · key |
/// | value of its own pages | number of the first u64; it begins behind the head of that page |
///
/// The key of a branch's first node is not looked at: it stands for all that is less than the second one's.
@safe
struct PageTree: ~Escapable {
    /// The map, from page 0 on.
    let map: UnsafeRawPointer
    let pageBytes: Int
    /// The first page number that the file does not have.
    let end: UInt64
    /// `nil` for a table without entries.
    let root: UInt64?

    /// The caller ties it to the transaction that keeps the pages.
    @_lifetime(immortal)
    init(_ root: TreeRoot) {
        unsafe map = root.map.start
        pageBytes = root.map.pageBytes
        end = root.end
        self.root = root.page == .max ? nil : root.page
    }

    /// A tree without entries. It never looks at `anywhere`.
    @_lifetime(immortal)
    static func empty(_ anywhere: UnsafeRawPointer) -> PageTree {
        unsafe PageTree(TreeRoot(map: PageMap(start: anywhere, pageBytes: 0), end: 0, page: .max))
    }

    /// No tree that fits a file is deeper: LMDB's cursors have as many levels.
    private static var deepest: Int { 32 }

    /// Where the first entry lies whose key is not less than `key`, or, if `after` is set, greater.
    ///
    /// - Parameter leaf: a leaf of this tree in which the entry is likely to lie.
    func place(_ key: RawSpan, after: Bool = false, near leaf: TreePage? = nil) throws(StorageError) -> LeafPlace? {
        // Reads of one burst are sorted, so the next key often lies in the leaf of the last one. Two comparisons tell,
        // and save the whole descent. The way to that leaf is not kept: a walk beyond its end searches from the root.
        if let leaf, let index = try leaf.innerIndex(key, after: after) { return LeafPlace(page: leaf, index: index) }
        guard let root else { return nil }
        var page = try page(root)
        var parent: BranchPlace?
        var behindParent: UInt64?
        var depth = 1
        while !page.isLeaf {
            // A leaf has no pointer to the next one. It is the next child of the parent, or, where the parent ends, the
            // first leaf below the next child of the lowest branch above that has one. Only that one is remembered.
            if let parent, let next = parent.next { behindParent = try parent.page.childNumber(next) }
            let index = try page.child(for: key)
            parent = BranchPlace(page: page, index: index)
            page = try self.page(page.childNumber(index))
            depth += 1
            // A damaged branch may point back up: without a bound this would go round for ever.
            if depth > Self.deepest { throw PageDamage.error }
        }
        // Branches are few and stay in the cache; the leaf is what a search waits for.
        let index = try page.firstIndexFar(key, after: after)
        let place = LeafPlace(page: page, index: index, parent: parent, behindParent: behindParent, isRootKnown: true)
        if index < page.count { return place }
        // Every key of this leaf is less: the entry is the first of the next leaf.
        // A search that a damaged branch has led astray must not answer with what comes before the key: who asks for
        // the next one again and again would go in a circle.
        guard let next = try nextLeaf(place) else { return nil }
        guard try next.page.order(next.index, key) >= (after ? 1 : 0) else { throw PageDamage.error }
        return next
    }

    /// The first place of the leaf behind that of `place`.
    ///
    /// Its key comes after the last one of that leaf, and its leaf begins after the beginning of that one: damage must
    /// not lead a walk in a circle.
    func nextLeaf(_ place: LeafPlace) throws(StorageError) -> LeafPlace? {
        guard let next = try leaf(behind: place) else { return nil }
        let last = try entry(place.page, place.page.count - 1)
        let first = try entry(place.page, 0)
        guard try next.page.order(next.index, last.key) > 0, try next.page.order(0, first.key) > 0 else {
            throw PageDamage.error
        }
        return next
    }

    private func leaf(behind place: LeafPlace) throws(StorageError) -> LeafPlace? {
        if var parent = place.parent, let next = parent.next {
            parent.index = next
            let leaf = try page(parent.page.childNumber(next))
            guard leaf.isLeaf else { throw PageDamage.error }
            var place = place
            (place.page, place.index, place.parent) = (leaf, 0, parent)
            return place
        }
        if !place.isRootKnown {
            // Pages do not know what they are in: it takes a search from the root.
            let last = try entry(place.page, place.page.count - 1)
            return try self.place(last.key, after: true)
        }
        guard let next = place.behindParent else { return nil }
        return try firstPlace(next)
    }

    /// Asks the processor to fetch the head of the leaf behind that of `place`, if its parent knows it.
    func prefetchLeaf(after place: LeafPlace) {
        guard let parent = place.parent, let next = parent.next, let node = parent.page.soundNodeWithKey(next),
            node.child < end
        else { return }
        let page = unsafe map + Int(node.child) * pageBytes
        unsafe fstore_prefetch(page)
        unsafe fstore_prefetch(page + 64)
    }

    /// The leaf behind that of `place`, if its parent knows it and it is sound.
    func likelyLeaf(after place: LeafPlace) -> TreePage? {
        guard let parent = place.parent, let next = parent.next else { return nil }
        do throws(StorageError) {
            return try page(parent.page.childNumber(next))
        } catch {
            return nil
        }
    }

    private func firstPlace(_ number: UInt64) throws(StorageError) -> LeafPlace {
        var page = try page(number)
        var parent: BranchPlace?
        var depth = 1
        while !page.isLeaf {
            parent = BranchPlace(page: page, index: 0)
            page = try self.page(page.childNumber(0))
            depth += 1
            if depth > Self.deepest { throw PageDamage.error }
        }
        return LeafPlace(page: page, index: 0, parent: parent)
    }

    @inline(__always)
    private func page(_ number: UInt64) throws(StorageError) -> TreePage {
        // The multiplication below must not lead out of the map, whatever a damaged branch says.
        guard number < end else { throw PageDamage.error }
        return try unsafe TreePage(map + Int(number) * pageBytes, number: number, pageBytes: pageBytes)
    }

    /// The entry of a leaf at `index`.
    @inline(__always)
    @_lifetime(copy self)
    func entry(_ leaf: TreePage, _ index: Int) throws(StorageError) -> Entry {
        let node = try leaf.node(index)
        let key = unsafe node.key
        if !node.isElsewhere {
            return unsafe _overrideLifetime(
                Entry(key, node.keyBytes, key + Int(node.keyBytes), node.valueBytes),
                copying: self
            )
        }
        // A value too large for a leaf has pages of its own, one behind the other; the node has the first one's number.
        let first = unsafe (key + Int(node.keyBytes)).loadUnaligned(as: UInt64.self)
        let pages = UInt64((TreePage.headBytes + Int(node.valueBytes) + pageBytes - 1) / pageBytes)
        guard first < end, pages <= end - first else { throw PageDamage.error }
        let head = unsafe map + Int(first) * pageBytes
        guard unsafe TreePage.isFirst(of: pages, head, number: first) else { throw PageDamage.error }
        return unsafe _overrideLifetime(
            Entry(
                key,
                node.keyBytes,
                head + TreePage.headBytes,
                node.valueBytes
            ),
            copying: self
        )
    }
}

/// Where an entry lies, and what is known of the way there.
@safe
struct LeafPlace {
    var page: TreePage
    var index: Int
    var parent: BranchPlace?
    /// The page at which everything begins that lies behind the parent.
    var behindParent: UInt64?
    /// Whether the way from the root is known, so that without a page behind the parent there is nothing behind it.
    var isRootKnown = false
}

/// A child of a branch.
@safe
struct BranchPlace {
    let page: TreePage
    var index: Int

    /// The child behind this one.
    @inline(__always)
    var next: Int? { index + 1 < page.count ? index + 1 : nil }
}

enum PageDamage {
    /// A page that LMDB cannot have written.
    static var error: StorageError { .damaged(code: MDB_CORRUPTED) }
}
