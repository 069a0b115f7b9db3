/// A fixed block of memory that keys and values are composed in: allocated once, used for every lookup.
///
/// `@unchecked Sendable`: it travels with the transaction or thread that owns it, and only its owner composes in it.
@safe
@usableFromInline
package final class Scratch: @unchecked Sendable {
    @usableFromInline let start: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int
    /// Set by an owner that calls out while it still needs what it has composed.
    package var isInUse = false

    package init(capacity: Int) {
        unsafe start = UnsafeMutableRawPointer.allocate(
            byteCount: capacity + MemoryLayout<Int>.size,
            alignment: 16
        )
        self.capacity = capacity
        stepsLeft = .max
    }

    /// How many more steps those may take who compose here. It lies behind the bytes, so that a ``ByteComposer`` counts
    /// without a reference to its scratch, which every lookup would have to retain.
    package var stepsLeft: Int {
        get { unsafe start.loadUnaligned(fromByteOffset: capacity, as: Int.self) }
        set { unsafe start.storeBytes(of: newValue, toByteOffset: capacity, as: Int.self) }
    }

    deinit {
        unsafe start.deallocate()
    }
}

/// Composes one key or value in a `Scratch`. A write past the capacity traps.
@safe
@usableFromInline
package struct ByteComposer: ~Copyable, ~Escapable {
    @usableFromInline let start: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int
    /// How many bytes have been written.
    @usableFromInline package internal(set) var count = 0

    @inlinable
    @_lifetime(borrow scratch)
    package init(in scratch: borrowing Scratch) {
        unsafe start = scratch.start
        capacity = scratch.capacity
    }

    /// Forgets what was written after the first `count` bytes.
    @inlinable
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "truncation beyond what was written")
        self.count = count
    }

    /// Writes `integer`, most significant byte first.
    @inlinable
    package mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(bigEndian integer: Integer) {
        append(verbatim: integer.bigEndian)
    }

    /// Writes `integer`, least significant byte first.
    @inlinable
    package mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(littleEndian integer: Integer) {
        append(verbatim: integer.littleEndian)
    }

    @inlinable
    mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(verbatim integer: Integer) {
        let size = MemoryLayout<Integer>.size
        precondition(count &+ size <= capacity, "write past the scratch's capacity")
        unsafe start.storeBytes(of: integer, toByteOffset: count, as: Integer.self)
        count &+= size
    }

    /// Writes the bytes of `span`.
    @inlinable
    package mutating func append(_ span: RawSpan) {
        precondition(count &+ span.byteCount <= capacity, "write past the scratch's capacity")
        unsafe span.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (start + count).copyMemory(from: base, byteCount: source.count)
        }
        count &+= span.byteCount
    }

    /// Takes steps from ``Scratch/stepsLeft``.
    ///
    /// - Returns: `false` when more are taken than were left.
    package func spend(_ steps: Int) -> Bool {
        let left = unsafe start.loadUnaligned(fromByteOffset: capacity, as: Int.self)
        if left < steps { return false }
        unsafe start.storeBytes(of: left &- steps, toByteOffset: capacity, as: Int.self)
        return true
    }

    /// What was written.
    @inlinable package var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            unsafe _overrideLifetime(RawSpan(_unsafeStart: start, byteCount: count), borrowing: self)
        }
    }
}
