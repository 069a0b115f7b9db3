internal import CLMDB

/// A key and a value, both still in the map: valid until the transaction ends or, in a write transaction, writes.
///
/// Two pointers that are never null and two small counts: so small that a function returns an optional entry in
/// registers. Through memory, the caller's wide load of what was just stored in halves stalls every step of a walk.
@safe
@usableFromInline
package struct Entry: ~Escapable {
    @usableFromInline let keyStart: UnsafeRawPointer
    @usableFromInline let valueStart: UnsafeRawPointer
    @usableFromInline let keyBytes: UInt32
    @usableFromInline let valueBytes: UInt32

    /// What LMDB points at. The caller ties it to the transaction that keeps it there.
    @unsafe
    @_lifetime(immortal)
    init(_ key: MDB_val, _ value: MDB_val) {
        unsafe keyStart = UnsafeRawPointer(key.mv_data)
        unsafe valueStart = UnsafeRawPointer(value.mv_data)
        keyBytes = UInt32(truncatingIfNeeded: unsafe key.mv_size)
        valueBytes = UInt32(truncatingIfNeeded: unsafe value.mv_size)
    }

    @unsafe
    @inlinable
    @_lifetime(immortal)
    init(_ keyStart: UnsafeRawPointer, _ keyBytes: UInt32, _ valueStart: UnsafeRawPointer, _ valueBytes: UInt32) {
        unsafe self.keyStart = unsafe keyStart
        unsafe self.valueStart = unsafe valueStart
        self.keyBytes = keyBytes
        self.valueBytes = valueBytes
    }

    /// An entry put together in memory.
    @_lifetime(copy key, copy value)
    package init(key: RawSpan, value: RawSpan) {
        unsafe self.init(MDB_val(key), MDB_val(value))
    }

    @inlinable package var key: RawSpan {
        @_lifetime(copy self)
        get { unsafe _overrideLifetime(RawSpan(_unsafeStart: keyStart, byteCount: Int(keyBytes)), copying: self) }
    }

    @inlinable package var value: RawSpan {
        @_lifetime(copy self)
        get { unsafe _overrideLifetime(RawSpan(_unsafeStart: valueStart, byteCount: Int(valueBytes)), copying: self) }
    }
}
