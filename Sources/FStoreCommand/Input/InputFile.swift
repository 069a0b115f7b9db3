internal import Glibc

/// A file, or the standard input, that is read with read(2).
final class InputFile {
    /// The path as it was given; `-` is the standard input.
    let path: String
    /// The size in bytes; `nil` for what is no regular file.
    let size: Int?
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandError(.noInput, "no_input", "\(path) cannot be read: \(SystemCall.reason())")
        }
        var status = stat()
        let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        size = isRegular && path != "-" ? Int(status.st_size) : nil
    }

    /// Reads from an open descriptor, and closes it in the end.
    init(descriptor: Int32, name: String) {
        path = name
        size = nil
        self.descriptor = descriptor
    }

    deinit {
        if descriptor > 0 { close(descriptor) }
    }

    /// Reads up to `count` bytes into `buffer` from `position` on. 0 at the end.
    func read(into buffer: inout [UInt8], at position: Int, count: Int) throws -> Int {
        while true {
            let found = unsafe buffer.withUnsafeMutableBytes { bytes in
                precondition(position + count <= bytes.count, "a read past the end of the buffer")
                return unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + position }, count)
            }
            if found >= 0 { return found }
            guard errno == EINTR else {
                let status: ExitStatus = errno == EISDIR ? .noInput : .inputOutput
                throw CommandError(status, "input", "\(path) cannot be read: \(SystemCall.reason())")
            }
        }
    }

    /// Goes on reading at `offset`. `false` where the input cannot be repositioned.
    func seek(to offset: Int) -> Bool {
        size != nil && lseek(descriptor, offset, SEEK_SET) == offset
    }
}
