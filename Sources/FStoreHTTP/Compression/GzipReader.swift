internal import FStoreConnectors
internal import NIOCore

/// Decodes a body that comes compressed by gzip (RFC 1952), piece by piece: however much a few bytes stand for, no more
/// than one piece is in memory.
///
/// Two limits stop a body that was made to fill memory or to keep the server busy: the bytes that it may become, and
/// how many of them one byte that was sent may stand for.
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
    private let inflater = Inflater()
    private var input = ByteBuffer()
    /// zlib has more to give of what it was given.
    private var hasMore = false
    private var takenBytes = 0
    private var madeBytes = 0

    /// - Parameter maxBytes: the most that the body may become.
    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// Takes the next bytes that came. All of those before have been read with ``next()``.
    func append(_ bytes: ByteBuffer) {
        input = bytes
    }

    /// The next piece of the body; `nil` when more bytes must come first.
    func next() throws(Problem) -> ByteBuffer? {
        while input.readableBytes > 0 || hasMore {
            var piece = ByteBufferAllocator().buffer(capacity: Self.pieceBytes)
            try step(&piece)
            try check()
            if piece.readableBytes > 0 { return piece }
        }
        return nil
    }

    /// The body has ended: were its compressed data whole?
    func finish() throws(Problem) {
        if !inflater.isBetweenTexts { throw .cutShort }
    }

    /// Decodes until the piece is full or the input is used up.
    private func step(_ piece: inout ByteBuffer) throws(Problem) {
        var done: Inflater.Step?
        unsafe piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceBytes) { output in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: output.prefix(Self.pieceBytes))
            unsafe input.withUnsafeReadableBytes { bytes in
                done = unsafe try? inflater.step(bytes, into: room)
            }
            return done?.made ?? 0
        }
        guard let step = done else { throw .invalid }
        input.moveReaderIndex(forwardBy: step.taken)
        takenBytes += step.taken
        madeBytes += step.made
        hasMore = step.hasMore
    }

    private func check() throws(Problem) {
        if madeBytes > maxBytes { throw .tooLarge(limitBytes: maxBytes) }
        if madeBytes > Self.freeBytes, madeBytes / Self.maxRatio > takenBytes {
            throw .tooDense(limitRatio: Self.maxRatio)
        }
    }
}
