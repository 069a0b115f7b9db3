internal import CZlib
internal import NIOCore

/// Decodes a body that comes compressed by gzip (RFC 1952), piece by piece: however much a few bytes stand for, no more
/// than one piece is in memory.
///
/// Two limits stop a body that was made to fill memory or to keep the server busy: the bytes that it may become, and
/// how many of them one byte that was sent may stand for.
@safe
final class GzipReader {
    enum Problem: Error, Hashable {
        /// These bytes are not gzip, or their checksum is another.
        case invalid
        /// The body ends before its compressed data do.
        case cutShort
        /// It becomes more bytes than the operation takes.
        case tooLarge(limitBytes: Int)
        /// It becomes this many times more than was sent.
        case tooDense(limitRatio: Int)
    }

    /// Text that programs write shrinks to a tenth or a fiftieth. zlib goes to a thousandth, for one byte repeated.
    static let maxRatio = 200
    /// A small body may be denser: all of it is cheap.
    private static let freeBytes = 1_048_576
    private static let pieceBytes = 65_536

    private let maxBytes: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private var input = ByteBuffer()
    /// zlib has more to give of what it was given.
    private var hasMore = false
    /// Several bodies may stand one behind the other: nothing or another one follows here.
    private var isBetweenMembers = true
    private var takenBytes = 0
    private var madeBytes = 0

    /// - Parameter maxBytes: the most that the body may become.
    init(maxBytes: Int) {
        self.maxBytes = maxBytes
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe fstore_begin_inflate(stream)
        precondition(status == Z_OK, "zlib begins unless there is no memory")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Takes the next bytes that came. All of those before have been read with ``next()``.
    func append(_ bytes: ByteBuffer) {
        input = bytes
    }

    /// The next piece of the body; `nil` when more bytes must come first.
    func next() throws(Problem) -> ByteBuffer? {
        while input.readableBytes > 0 || hasMore {
            if isBetweenMembers, takenBytes > 0 { unsafe inflateReset(stream) }
            isBetweenMembers = false
            var piece = ByteBufferAllocator().buffer(capacity: Self.pieceBytes)
            try step(&piece)
            try check()
            if piece.readableBytes > 0 { return piece }
        }
        return nil
    }

    /// The body has ended: were its compressed data whole?
    func finish() throws(Problem) {
        if !isBetweenMembers { throw .cutShort }
    }

    /// Decodes until the piece is full or the input is used up.
    private func step(_ piece: inout ByteBuffer) throws(Problem) {
        var (status, taken) = (Z_OK, 0)
        let made = unsafe piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceBytes) { output in
            unsafe input.withUnsafeReadableBytes { bytes in
                let start = unsafe bytes.bindMemory(to: Bytef.self).baseAddress
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
                unsafe stream.pointee.avail_in = UInt32(bytes.count)
                unsafe stream.pointee.next_out = output.bindMemory(to: Bytef.self).baseAddress
                unsafe stream.pointee.avail_out = UInt32(Self.pieceBytes)
                status = unsafe inflate(stream, Z_NO_FLUSH)
                taken = unsafe bytes.count - Int(stream.pointee.avail_in)
                return unsafe Self.pieceBytes - Int(stream.pointee.avail_out)
            }
        }
        input.moveReaderIndex(forwardBy: taken)
        takenBytes += taken
        madeBytes += made
        hasMore = made == Self.pieceBytes
        switch status {
        case Z_OK: break
        case Z_STREAM_END: (isBetweenMembers, hasMore) = (true, false)
        // Nothing is left to be read or written.
        case Z_BUF_ERROR: hasMore = false
        default: throw .invalid
        }
    }

    private func check() throws(Problem) {
        if madeBytes > maxBytes { throw .tooLarge(limitBytes: maxBytes) }
        if madeBytes > Self.freeBytes, madeBytes / Self.maxRatio > takenBytes {
            throw .tooDense(limitRatio: Self.maxRatio)
        }
    }
}
