internal import FStore

/// JSON in the making, in memory that is used again for the next answer: the data plane writes nothing else.
///
/// Not for several threads at once.
///
/// It never holds more than its limit. What would lie beyond is thrown away, all of it, and ``isFull`` says so: that is
/// noticed where the memory would grow, so that what is below the limit costs nothing.
@safe
final class JSONBuffer {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes written so far.
    private(set) var count = 0
    /// Bytes of an answer at most.
    let limit: Int
    /// More was written than the limit allows. What is held is of no use then.
    private(set) var isFull = false

    /// What is kept between two answers; a larger one gives its memory back.
    private static let keptCapacity = 1_048_576

    /// - Parameters:
    ///   - capacity: bytes that are allocated at once, not above `limit`.
    ///   - limit: bytes of an answer at most.
    init(capacity: Int = 4096, limit: Int = .max) {
        precondition(capacity <= limit, "a buffer is allocated with more than its limit")
        self.capacity = capacity
        self.limit = limit
        unsafe base = .allocate(capacity: capacity)
    }

    deinit {
        unsafe base.deallocate()
    }

    func removeAll() {
        count = 0
        isFull = false
        if capacity > Self.keptCapacity {
            unsafe base.deallocate()
            capacity = 4096
            unsafe base = .allocate(capacity: capacity)
        }
    }

    /// Room for `size` more bytes.
    @inline(__always)
    func reserve(_ size: Int) {
        if count + size > capacity { grow(size) }
    }

    @inline(never)
    private func grow(_ size: Int) {
        // The capacity is never above the limit, so that whoever writes beyond the limit always comes here.
        if count + size > limit { return overflow(size) }
        let wanted = min(max(capacity * 2, count + size), limit)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        unsafe larger.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = larger
        capacity = wanted
    }

    /// Begins anew in the same memory: what follows is as useless as what is lost.
    private func overflow(_ size: Int) {
        isFull = true
        count = 0
        guard size > capacity else { return }
        unsafe base.deallocate()
        unsafe base = .allocate(capacity: size)
        capacity = size
    }

    @inline(__always)
    func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count += 1
    }

    @inline(__always)
    func append(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        reserve(size)
        unsafe (base + count).update(from: text.utf8Start, count: size)
        count += size
    }

    @inline(__always)
    func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { unsafe (base + count).update(from: start, count: source.count) }
        }
        count += bytes.count
    }

    @inline(__always)
    func append(_ text: String) {
        // Not by its span, which costs as much as writing the digits of a number.
        var text = text
        text.withUTF8 { source in
            reserve(source.count)
            if let start = source.baseAddress { unsafe (base + count).update(from: start, count: source.count) }
            count += source.count
        }
    }

    func append(_ bytes: [UInt8]) {
        append(bytes.span)
    }

    func append(_ other: JSONBuffer) {
        append(other.bytes)
    }

    /// A part of what another buffer holds.
    @inline(__always)
    func append(_ other: JSONBuffer, from start: Int, count size: Int) {
        reserve(size)
        unsafe (base + count).update(from: other.base + start, count: size)
        count += size
    }

    /// Takes back bytes from the end.
    func removeLast(_ size: Int = 1) { count -= min(size, count) }

    /// What is written.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span<UInt8>(_unsafeStart: UnsafePointer(base), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Writes through a pointer into `size` bytes of room; `body` says how many it has used.
    @inline(__always)
    func appendDirectly(_ size: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(size)
        count += unsafe body(base + count)
    }
}
