internal import Glibc

/// Memory that grows at its end and is patched in place: the bytes of one write batch, ready for the tables.
///
/// `@unchecked Sendable`: it cannot be copied, so one owner at a time holds the memory.
@safe
@usableFromInline
package struct ByteArena: ~Copyable, @unchecked Sendable {
    @usableFromInline var start: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline package internal(set) var count = 0

    package init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        unsafe start = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        unsafe start.deallocate()
    }

    @inlinable
    mutating func makeRoom(for size: Int) {
        if count &+ size > capacity { grow(for: size) }
    }

    @usableFromInline
    mutating func grow(for size: Int) {
        let grown = max(capacity * 2, count + size)
        let replacement = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
        unsafe replacement.copyMemory(from: start, byteCount: count)
        unsafe start.deallocate()
        unsafe start = replacement
        capacity = grown
    }

    /// Appends `integer`, most significant byte first.
    @inlinable
    package mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(bigEndian integer: Integer) {
        append(verbatim: integer.bigEndian)
    }

    /// Appends `integer`, least significant byte first.
    @inlinable
    package mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(littleEndian integer: Integer) {
        append(verbatim: integer.littleEndian)
    }

    @inlinable
    mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(verbatim integer: Integer) {
        makeRoom(for: MemoryLayout<Integer>.size)
        unsafe start.storeBytes(of: integer, toByteOffset: count, as: Integer.self)
        count &+= MemoryLayout<Integer>.size
    }

    /// Appends the bytes of `span`.
    @inlinable
    package mutating func append(_ span: RawSpan) {
        makeRoom(for: span.byteCount)
        unsafe span.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (start + count).copyMemory(from: base, byteCount: source.count)
        }
        count &+= span.byteCount
    }

    /// Replaces the bytes at `offset`, most significant byte first.
    @inlinable
    package mutating func patch<Integer: FixedWidthInteger & BitwiseCopyable>(
        bigEndian integer: Integer,
        at offset: Int
    ) {
        patch(verbatim: integer.bigEndian, at: offset)
    }

    /// Replaces the bytes at `offset`, least significant byte first.
    @inlinable
    package mutating func patch<Integer: FixedWidthInteger & BitwiseCopyable>(
        littleEndian integer: Integer,
        at offset: Int
    ) {
        patch(verbatim: integer.littleEndian, at: offset)
    }

    @inlinable
    mutating func patch<Integer: FixedWidthInteger & BitwiseCopyable>(verbatim integer: Integer, at offset: Int) {
        precondition(offset >= 0 && offset &+ MemoryLayout<Integer>.size <= count, "patch outside of the arena")
        unsafe start.storeBytes(of: integer, toByteOffset: offset, as: Integer.self)
    }

    /// The `count` bytes at `offset`.
    @inlinable
    @_lifetime(borrow self)
    package borrowing func bytes(at offset: Int, count: Int) -> RawSpan {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= self.count, "span outside of the arena")
        return unsafe _overrideLifetime(RawSpan(_unsafeStart: start + offset, byteCount: count), borrowing: self)
    }

    /// Forgets what was appended after the first `count` bytes.
    @inlinable
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "truncation beyond what was appended")
        self.count = count
    }

    /// How the bytes at the first place compare with those at the second, in the order of the tables.
    @inlinable
    package borrowing func compare(_ left: (offset: Int, count: Int), _ right: (offset: Int, count: Int)) -> Int {
        FStoreLMDB.compare(bytes(at: left.offset, count: left.count), bytes(at: right.offset, count: right.count))
    }
}

/// The order of the tables: byte for byte, and a prefix comes before what it is a prefix of.
@inlinable
package func compare(_ left: RawSpan, _ right: RawSpan) -> Int {
    let order = unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            unsafe compareBytes(left.baseAddress, right.baseAddress, min(left.count, right.count))
        }
    }
    return order != 0 ? Int(order) : left.byteCount - right.byteCount
}
