internal import FStoreConnectors
internal import Hummingbird
internal import NIOCore

extension ResponseBody {
    /// Bytes of an answer that an event loop gets at a time. It hands them to the system in some 50 µs; a whole answer
    /// would keep it for milliseconds in which it answers nobody else.
    static let sliceBytes = 131_072

    /// A body that goes out in slices, each when the client has taken most of those before it.
    init(inSlices buffer: ByteBuffer) {
        if buffer.readableBytes <= Self.sliceBytes {
            self.init(byteBuffer: buffer)
            return
        }
        self.init(contentLength: buffer.readableBytes) { writer in
            var rest = buffer
            while rest.readableBytes > 0 {
                guard let slice = rest.readSlice(length: min(Self.sliceBytes, rest.readableBytes)) else { break }
                try await writer.write(slice)
            }
            try await writer.finish(nil)
        }
    }

    /// A file of this answer alone, read as the client takes it.
    init(_ file: TemporaryFile) {
        self.init(contentLength: file.byteCount) { writer in
            var position = 0
            while position < file.byteCount {
                var bytes = [UInt8](repeating: 0, count: min(Self.sliceBytes, file.byteCount - position))
                let count = try file.read(into: &bytes, at: position)
                if count == 0 { throw FileReader.Failure() }
                position += count
                try await writer.write(ByteBuffer(bytes: bytes[..<count]))
            }
            try await writer.finish(nil)
        }
    }

    /// Part of a file, read as the client takes it. What is missing when its turn comes ends the connection: the client
    /// was promised more.
    init(_ part: Reply.FilePart) {
        self.init(contentLength: part.range.count) { writer in
            let file = try FileReader(part.path)
            var position = part.range.lowerBound
            while position < part.range.upperBound {
                let slice = try file.read(at: position, count: min(Self.sliceBytes, part.range.upperBound - position))
                position += slice.readableBytes
                try await writer.write(slice)
            }
            try await writer.finish(nil)
        }
    }
}
