internal import Glibc

/// A file, or the standard input, that is read with read(2).
package final class InputFile {
    /// The path as it was given; `-` is the standard input.
    package let path: String
    /// The size in bytes; `nil` for what is not a regular file.
    package let size: Int?
    private let descriptor: Int32

    package init(_ path: String) throws(InputError) {
        self.path = path
        descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: SystemCall.reason()) }
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        if isKnown, status.st_mode & S_IFMT == S_IFDIR {
            if descriptor > 0 { close(descriptor) }
            throw .cannotOpen(path: path, reason: SystemCall.reason(EISDIR))
        }
        size = isKnown && status.st_mode & S_IFMT == S_IFREG && path != "-" ? Int(status.st_size) : nil
    }

    /// Reads from an open descriptor, and closes it in the end.
    package init(descriptor: Int32, name: String) {
        path = name
        size = nil
        self.descriptor = descriptor
    }

    deinit {
        if descriptor > 0 { close(descriptor) }
    }

    /// Reads up to `count` bytes into `buffer` from `position` on. 0 at the end.
    package func read(into buffer: inout [UInt8], at position: Int, count: Int) throws(InputError) -> Int {
        while true {
            let found = unsafe buffer.withUnsafeMutableBytes { bytes in
                precondition(position + count <= bytes.count, "a read past the end of the buffer")
                return unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + position }, count)
            }
            if found >= 0 { return found }
            guard errno == EINTR else { throw .cannotRead(path: path, reason: SystemCall.reason()) }
        }
    }
}
