internal import CLMDB

extension MDB_val {
    /// The memory of `span`, for one call of LMDB during which the caller holds the span.
    @unsafe
    init(_ span: RawSpan) {
        unsafe self = unsafe span.withUnsafeBytes { bytes in
            unsafe MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
    }
}

extension RawSpan {
    /// What LMDB points at. The caller ties it to the transaction that keeps it there.
    @unsafe
    @_lifetime(immortal)
    init(_ mapped: MDB_val) {
        self = unsafe _overrideLifetime(
            RawSpan(_unsafeStart: mapped.mv_data, byteCount: mapped.mv_size),
            copying: ()
        )
    }
}
