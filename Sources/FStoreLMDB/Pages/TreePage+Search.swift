/// Searching a page by key.
extension TreePage {
    /// The child in whose range `key` lies.
    @inline(__always)
    func child(for key: RawSpan) throws(StorageError) -> Int {
        // A key equal to the first one of a child lies in that child.
        try firstIndex(key, after: true, from: 1) &- 1
    }

    /// The first node whose key is not less than `key`, or, if `after` is set, greater; `count` when there is none.
    @inline(__always)
    func firstIndex(_ key: RawSpan, after: Bool, from first: Int = 0) throws(StorageError) -> Int {
        var (low, high) = (first, count)
        try narrow(&low, &high, to: 0, key, after)
        return low
    }

    /// The same, in a page that is likely to lie in memory only: what is looked at is asked for ahead, seven nodes and
    /// then all that are left.
    @inline(__always)
    func firstIndexFar(_ key: RawSpan, after: Bool) throws(StorageError) -> Int {
        prefetchProbes()
        var (low, high) = (0, count)
        try narrow(&low, &high, to: 8, key, after)
        for index in low..<high { prefetch(index) }
        try narrow(&low, &high, to: 0, key, after)
        return low
    }

    /// Halves the nodes between `low` and `high`, among which the answer lies, until there are no more than `nodes`.
    @inline(__always)
    private func narrow(
        _ low: inout Int,
        _ high: inout Int,
        to nodes: Int,
        _ key: RawSpan,
        _ after: Bool
    ) throws(StorageError) {
        while high &- low > nodes {
            let middle = (low &+ high) >> 1
            // Equal keys do not end the search: a branch rarely has one, and the test would cost every round.
            let order = try order(middle, key)
            if order < 0 || after && order == 0 { low = middle &+ 1 } else { high = middle }
        }
    }

    /// The same, if this leaf has nodes on both sides of `key`: then no other leaf has to be asked.
    @inline(__always)
    func innerIndex(_ key: RawSpan, after: Bool) throws(StorageError) -> Int? {
        guard try order(0, key) < 0, try order(count &- 1, key) > 0 else { return nil }
        return try firstIndex(key, after: after, from: 1)
    }

    /// The first node from `first` on whose key does not begin with `prefix`, as those before it do; `end` at most.
    func end(of prefix: RawSpan, from first: Int, before end: Int) throws(StorageError) -> Int {
        var low = first
        var high = end
        while low < high {
            let middle = (low &+ high) >> 1
            if try begins(middle, with: prefix) { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// Whether the key of the node at `index` begins with `prefix`.
    func begins(_ index: Int, with prefix: RawSpan) throws(StorageError) -> Bool {
        let node = try nodeWithKey(index)
        let key = unsafe RawSpan(_unsafeStart: node.key, byteCount: Int(node.keyBytes))
        return key.starts(with: prefix)
    }

    /// How the key of a node compares with `key`: less than zero when it comes before. Bytes first, then lengths.
    @inline(__always)
    func order(_ index: Int, _ key: RawSpan) throws(StorageError) -> Int {
        let node = try nodeWithKey(index)
        let nodeBytes = Int(node.keyBytes)
        let common = min(nodeBytes, key.byteCount)
        // Eight bytes at a time, turned so that numbers compare as their bytes do. `memcmp` is a call, and keys of one
        // series differ only near their end.
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
