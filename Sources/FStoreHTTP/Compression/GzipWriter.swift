internal import CZlib
internal import NIOCore

/// Answers that are compressed by gzip, and to whom they may be sent.
enum GzipWriter {
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
        for element in header.split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            switch parts.first {
            case "gzip", "x-gzip": named = max(named ?? 0, weight)
            case "*": any = weight
            case "identity": identity = weight
            default: break
            }
        }
        let weight = named ?? any ?? 0
        return weight > 0 && weight >= identity
    }

    /// `body`, compressed; `nil` when that makes it no smaller.
    static func compress(_ body: ByteBuffer) -> ByteBuffer? {
        guard let size = UInt32(exactly: body.readableBytes) else { return nil }
        var stream = unsafe z_stream()
        guard unsafe fstore_begin_deflate(&stream, level) == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        var output = ByteBufferAllocator().buffer(capacity: body.readableBytes)
        var status = Z_OK
        unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: body.readableBytes) { target in
            unsafe body.withUnsafeReadableBytes { source in
                let start = unsafe source.bindMemory(to: Bytef.self).baseAddress
                unsafe stream.next_in = UnsafeMutablePointer(mutating: start)
                unsafe stream.avail_in = size
                unsafe stream.next_out = target.bindMemory(to: Bytef.self).baseAddress
                unsafe stream.avail_out = size
                status = unsafe deflate(&stream, Z_FINISH)
                return unsafe Int(size - stream.avail_out)
            }
        }
        return status == Z_STREAM_END ? output : nil
    }
}
