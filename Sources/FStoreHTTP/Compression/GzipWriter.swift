internal import CZlib
internal import NIOCore

/// Compresses answers by gzip, and tells which of them, and for whom. Not for several threads at once.
@safe
final class GzipWriter {
    /// A smaller answer fits into one packet as it is.
    static let minBytes = 1024
    /// The fastest: JSON shrinks to a fifth with it, and to a sixth at five times the cost.
    private static let level: Int32 = 1

    /// Whether compressing an answer of this type makes it smaller.
    static func isWorthwhile(_ mediaType: String?, bytes: Int) -> Bool {
        guard bytes > minBytes, let mediaType else { return false }
        return ["application/json", "text/", "application/openmetrics-text", "image/svg+xml"]
            .contains { mediaType.hasPrefix($0) }
    }

    /// Whether an `Accept-Encoding` header asks for gzip (RFC 9110, 12.5.3): it is named, or `*` is, and not worth less
    /// than the answer as it is.
    static func isWanted(_ header: String) -> Bool {
        var (named, any, identity): (Double?, Double?, Double) = (nil, nil, 0)
        for element in WeightedElement.all(in: header) {
            switch element.name {
            case "gzip", "x-gzip": named = max(named ?? 0, element.weight)
            case "*": any = element.weight
            case "identity": identity = element.weight
            default: break
            }
        }
        let weight = named ?? any ?? 0
        return weight > 0 && weight >= identity
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool

    /// Takes 256 KB, which are used again for each answer.
    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        isReady = unsafe fstore_begin_deflate(stream, Self.level) == Z_OK
    }

    deinit {
        if isReady { unsafe deflateEnd(stream) }
        unsafe stream.deallocate()
    }

    /// `body`, compressed; `nil` when that makes it no smaller.
    func compress(_ body: ByteBuffer) -> ByteBuffer? {
        let source = body.readableBytesUInt8Span
        var output = ByteBufferAllocator().buffer(capacity: source.count)
        var isSmaller = false
        unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: source.count) { target in
            guard let start = unsafe target.bindMemory(to: UInt8.self).baseAddress,
                let count = unsafe compress(source, to: start)
            else { return 0 }
            isSmaller = true
            return count
        }
        return isSmaller ? output : nil
    }

    /// Puts `body`, compressed, into `target`, and nothing when that makes it no smaller.
    func compress(_ body: JSONBuffer, into target: JSONBuffer) {
        target.removeAll()
        unsafe target.appendDirectly(body.count) { unsafe compress(body.bytes, to: $0) ?? 0 }
    }

    /// Writes `source`, compressed, to `target`, which has room for as many bytes as `source` has.
    ///
    /// - Returns: how many it has become; `nil` when that is not fewer.
    private func compress(_ source: Span<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Int? {
        guard isReady, let size = UInt32(exactly: source.count), unsafe deflateReset(stream) == Z_OK else { return nil }
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = size
            unsafe stream.pointee.next_out = target
            unsafe stream.pointee.avail_out = size
            guard unsafe deflate(stream, Z_FINISH) == Z_STREAM_END else { return nil }
            return unsafe Int(size - stream.pointee.avail_out)
        }
    }
}
