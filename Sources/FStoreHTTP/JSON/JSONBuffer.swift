internal import FStore

/// JSON in the making, in memory that is used again for the next answer: the data plane writes nothing else.
///
/// Not for several threads at once.
@safe
final class JSONBuffer {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes written so far.
    private(set) var count = 0

    /// What is kept between two answers; a larger one gives its memory back.
    private static let keptCapacity = 1_048_576

    init(capacity: Int = 4096) {
        self.capacity = capacity
        unsafe base = .allocate(capacity: capacity)
    }

    deinit {
        unsafe base.deallocate()
    }

    func removeAll() {
        count = 0
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
        let wanted = max(capacity * 2, count + size)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        unsafe larger.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = larger
        capacity = wanted
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
    func removeLast(_ size: Int = 1) { count -= size }

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
