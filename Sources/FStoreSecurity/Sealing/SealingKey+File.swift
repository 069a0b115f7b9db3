internal import Glibc

extension SealingKey {
    /// The name of the file in the data directory.
    package static let fileName = "secret.key"

    /// Reads `<directory>/secret.key`, and makes it first when it is not there.
    ///
    /// The file holds 64 hexadecimal digits and a newline. It is refused when others than its owner may read or write
    /// it. Of several processes that start at once one makes the file, and all use that one.
    package static func load(directory: String) throws(SealingKeyError) -> SealingKey {
        let file = SealingKeyFile(path: directory + "/" + fileName, directory: directory)
        if let key = try file.read() { return key }
        try file.create(text(SystemRandom.bytes(byteCount)) + "\n")
        guard let key = try file.read() else { throw file.error(ENOENT) }
        return key
    }
}

private struct SealingKeyFile {
    let path: String
    let directory: String

    /// The key, or `nil` when there is no file.
    func read() throws(SealingKeyError) -> SealingKey? {
        // Without O_NONBLOCK a FIFO in its place would hold up the start for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw errno == ELOOP ? .notAFile(path) : error(errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw error(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
        guard status.st_mode & 0o077 == 0 else { throw .openToOthers(file: path, mode: status.st_mode & 0o777) }

        var text = [UInt8](repeating: 0, count: 2 * SealingKey.byteCount + 8)
        let count = unsafe text.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw error(errno) }
        do {
            return try SealingKey.parse(String(decoding: text.prefix(count), as: UTF8.self))
        } catch {
            throw .malformedFile(path)
        }
    }

    /// Makes the file, whole and on the disk. Leaves alone one that another process made meanwhile.
    func create(_ text: String) throws(SealingKeyError) {
        // A name of its own: only a complete file ever gets the final name.
        let partial = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw error(errno) }
        defer { _ = unsafe unlink(partial) }
        do throws(SealingKeyError) {
            let bytes = Array(text.utf8)
            guard fchmod(descriptor, 0o600) == 0,
                unsafe write(descriptor, bytes, bytes.count) == bytes.count,
                fsync(descriptor) == 0
            else { throw error(errno) }
        } catch {
            close(descriptor)
            throw error
        }
        close(descriptor)
        guard unsafe link(partial, path) == 0 || errno == EEXIST else { throw error(errno) }
        try synchronizeDirectory()
    }

    func error(_ code: Int32) -> SealingKeyError {
        .system(file: path, reason: unsafe String(cString: strerror(code)))
    }

    private func synchronizeDirectory() throws(SealingKeyError) {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error(errno) }
    }
}
