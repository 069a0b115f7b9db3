internal import Glibc

/// A file, or the standard input, that is read with read(2).
package final class InputFile {
    /// The path as it was given; `-` is the standard input.
    package let path: String
    /// The size in bytes; `nil` for what is not a regular file.
    package let size: Int?
    /// Tells this state of a regular file from another one without reading it: where it lies, its size and when it was
    /// last changed. `nil` for what is not a regular file.
    package let stamp: String?
    /// Bytes of the file that were read, before any decoder.
    package private(set) var readBytes = 0
    /// Whether rows are read of other bytes than those of the file.
    package var isDecoded: Bool { !decoders.isEmpty || pull != nil && descriptor >= 0 }
    private let descriptor: Int32
    private let pull: Pull?
    private let decoders: [any InputDecoder]
    private var decoded: [UInt8] = []
    private var decodedStart = 0
    private var isAtEnd = false

    /// Asked before each reading whether to go on. What it throws comes out as ``InputError/interrupted(_:)``.
    package var willRead: (() throws -> Void)?

    /// Puts up to so many bytes into the buffer from a position on, and says how many; 0 at the end.
    package typealias Pull = (inout [UInt8], Int, Int) throws(InputError) -> Int

    /// Reads what `pull` gives: an input that is no file.
    package init(name: String, pull: @escaping Pull) {
        path = name
        (size, stamp, descriptor, decoders, isDirectory) = (nil, nil, -1, [], false)
        self.pull = pull
    }

    package convenience init(_ path: String) throws(InputError) {
        let descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: SystemCall.reason()) }
        self.init(descriptor: descriptor, name: path, isRegular: path != "-")
        if isDirectory { throw .cannotOpen(path: path, reason: SystemCall.reason(EISDIR)) }
    }

    /// Reads from an open descriptor, and closes it in the end.
    ///
    /// - Parameters:
    ///   - decoders: what the bytes go through, one after the other.
    ///   - pull: what reads the file, where that is another program; `nil` for read(2).
    package init(
        descriptor: Int32,
        name: String,
        isRegular: Bool = false,
        decoders: [any InputDecoder] = [],
        pull: Pull? = nil
    ) {
        path = name
        self.descriptor = descriptor
        self.decoders = decoders
        self.pull = pull
        var status = stat()
        let isKnown = unsafe isRegular && fstat(descriptor, &status) == 0
        let isFile = isKnown && status.st_mode & S_IFMT == S_IFREG
        isDirectory = isKnown && status.st_mode & S_IFMT == S_IFDIR
        size = isFile ? Int(status.st_size) : nil
        let changed = status.st_mtim
        stamp = isFile ? "\(status.st_ino) \(status.st_size) \(changed.tv_sec).\(changed.tv_nsec)" : nil
    }

    private let isDirectory: Bool

    deinit {
        if descriptor > 0 { close(descriptor) }
    }

    /// Reads up to `count` bytes into `buffer` from `position` on. 0 at the end.
    package func read(into buffer: inout [UInt8], at position: Int, count: Int) throws(InputError) -> Int {
        if let willRead {
            do { try willRead() } catch { throw .interrupted(InputInterruption(error)) }
        }
        if decoders.isEmpty {
            let found = try readRaw(into: &buffer, at: position, count: count)
            readBytes += found
            return found
        }
        while decodedStart == decoded.count, !isAtEnd { try decodeBlock() }
        let found = min(count, decoded.count - decodedStart)
        for index in 0..<found { buffer[position + index] = decoded[decodedStart + index] }
        decodedStart += found
        return found
    }

    private func readRaw(into buffer: inout [UInt8], at position: Int, count: Int) throws(InputError) -> Int {
        if let pull { return try pull(&buffer, position, count) }
        while true {
            let found = unsafe buffer.withUnsafeMutableBytes { bytes in
                precondition(position + count <= bytes.count, "a read past the end of the buffer")
                return unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + position }, count)
            }
            if found >= 0 { return found }
            guard errno == EINTR else { throw .cannotRead(path: path, reason: SystemCall.reason()) }
        }
    }

    private static let (blockBytes, compressedBlockBytes) = (1 << 18, 1 << 12)

    private func decodeBlock() throws(InputError) {
        // gzip makes up to a thousand bytes of one.
        let isCompressed = decoders.contains { $0 is GzipDecoder }
        var bytes = [UInt8](repeating: 0, count: isCompressed ? Self.compressedBlockBytes : Self.blockBytes)
        let found = try readRaw(into: &bytes, at: 0, count: bytes.count)
        readBytes += found
        isAtEnd = found == 0
        bytes.removeLast(bytes.count - found)
        for decoder in decoders {
            var output: [UInt8] = []
            try decoder.decode(bytes[...], isEnd: isAtEnd, into: &output)
            bytes = output
        }
        decoded = bytes
        decodedStart = 0
    }
}
