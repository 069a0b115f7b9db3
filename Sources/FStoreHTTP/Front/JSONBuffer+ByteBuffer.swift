internal import NIOCore

extension JSONBuffer {
    /// A copy of what is written.
    var byteBuffer: ByteBuffer {
        var copy = ByteBufferAllocator().buffer(capacity: count)
        write(to: &copy)
        return copy
    }

    /// Copies what is written behind what `buffer` holds.
    func write(to buffer: inout ByteBuffer) {
        unsafe bytes.withUnsafeBytes { unsafe _ = buffer.writeBytes($0) }
    }
}
