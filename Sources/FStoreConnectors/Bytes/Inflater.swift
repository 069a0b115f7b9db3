internal import CZlib

/// Decodes gzip (RFC 1952) from memory into memory. Several compressed texts may stand one behind the other.
@safe
package final class Inflater {
    /// What a step has done.
    package struct Step {
        /// Bytes that were read, and bytes that were written.
        package let taken: Int
        package let made: Int
        /// Whether more could be written of what was read already.
        package let hasMore: Bool
    }

    /// These bytes are not gzip, or their checksum is another.
    package struct Invalid: Error {}

    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether no compressed text has begun, or the last one has ended.
    package private(set) var isBetweenTexts = true
    private var hasBegun = false

    package init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe fstore_begin_inflate(stream)
        precondition(status == Z_OK, "zlib begins unless there is no memory")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Decodes until the output is full or the input is used up.
    package func step(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(Invalid) -> Step {
        if isBetweenTexts, hasBegun { unsafe inflateReset(stream) }
        isBetweenTexts = false
        hasBegun = true
        let start = unsafe input.bindMemory(to: Bytef.self).baseAddress
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = output.bindMemory(to: Bytef.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(output.count)
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        let taken = unsafe input.count - Int(stream.pointee.avail_in)
        let made = unsafe output.count - Int(stream.pointee.avail_out)
        var hasMore = made == output.count
        switch status {
        case Z_OK: break
        case Z_STREAM_END: (isBetweenTexts, hasMore) = (true, false)
        // Nothing is left to be read or written.
        case Z_BUF_ERROR: hasMore = false
        default: throw Invalid()
        }
        return Step(taken: taken, made: made, hasMore: hasMore)
    }
}
