/// A search and a walk upwards in one table: over its pages where the transaction reads those, else with a cursor.
@safe
@usableFromInline
package struct TableWalk: ~Escapable {
    @usableFromInline var pages: PageWalk
    /// LMDB's cursor, if the walk is over that.
    private let cursor: OpaquePointer?

    @_lifetime(copy pages)
    init(_ pages: consuming PageWalk) {
        self.pages = pages
        unsafe cursor = nil
    }

    /// A walk with a cursor, which moves.
    @_lifetime(copy cursor)
    package init(_ cursor: consuming Cursor) {
        let nowhere = unsafe PageWalk(.empty(UnsafeRawPointer(cursor.handle)), lastLeaf: nil, near: false)
        pages = unsafe _overrideLifetime(nowhere, copying: cursor)
        unsafe self.cursor = cursor.handle
    }

    /// Whether it is over pages, so that no other use of the transaction disturbs it.
    package var isOverPages: Bool { unsafe cursor == nil }

    /// Moves to the first entry whose key is not less than `key`.
    @_lifetime(copy self)
    package mutating func seek(atOrAfter key: RawSpan) throws(StorageError) -> Entry? {
        if unsafe cursor != nil { return try overCursor?.seek(atOrAfter: key) }
        return try pages.seek(atOrAfter: key)
    }

    /// Moves to the next entry.
    @_lifetime(copy self)
    package mutating func next() throws(StorageError) -> Entry? {
        if unsafe cursor != nil { return try overCursor?.next() }
        return try pages.next()
    }

    /// Moves to the next entry, where that takes next to nothing; else ``next(sharing:)`` has to be asked.
    @inlinable
    @inline(__always)
    @_lifetime(copy self)
    package mutating func stepShared() -> Entry? {
        pages.stepShared()
    }

    /// Moves to the next entry if the first `prefixBytes` of its key are those of the entry at hand.
    @_lifetime(copy self)
    package mutating func next(sharing prefixBytes: Int) throws(StorageError) -> Entry? {
        if unsafe cursor != nil { return try overCursor?.next(sharing: prefixBytes) }
        return try pages.next(sharing: prefixBytes)
    }

    private var overCursor: Cursor? {
        @_lifetime(copy self)
        get {
            guard let cursor = unsafe cursor else { return nil }
            return unsafe _overrideLifetime(Cursor(cursor, of: self), copying: self)
        }
    }
}
