internal import Glibc

/// Copies small files whole, for their owner alone.
enum FileCopy {
    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Copies the file `name` of one directory into another, where there must be none. It has reached the disk when
    /// this returns.
    static func copy(_ name: String, from source: String, to target: String) throws {
        let path = target + "/" + name
        let input = try InputFile(source + "/" + name)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try input.read(into: &buffer, at: 0, count: buffer.count)
            if count == 0 { break }
            let output = Output(descriptor: descriptor)
            output.write(Array(buffer[..<count]))
            try output.flush()
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
        try synchronize(target)
    }

    private static func synchronize(_ directory: String) throws {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(directory) }
    }

    private static func failure(_ path: String) -> CommandError {
        CommandError(.cannotCreate, "cannot_create", "\(path) cannot be written: \(SystemCall.reason())")
    }
}
