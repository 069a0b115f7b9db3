internal import FStoreConnectors
internal import Glibc

/// This process's claim to be the one server of a data directory. The system takes it back when the process ends,
/// however it ends.
///
/// Commands do not need it: they work on the same files as the server, at the same time.
struct ServerLock: ~Copyable {
    /// The file in the data directory. It stays there, and holds the number of the last server's process.
    static let fileName = "server.lock"

    private let descriptor: Int32

    /// Makes the directory when it is not there, for its owner alone.
    init(directory: String) throws(CommandError) {
        try Self.makeDirectory(directory)
        let path = directory + "/" + Self.fileName
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.refusal(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw Self.refusal(path, reason) }
            throw CommandError(
                .tryAgain,
                "directory_locked",
                "another server\(holder) serves \(directory); stop it, or serve another directory with --data"
            )
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, unsafe pwrite(descriptor, text, text.count, 0) == text.count else {
            let refusal = Self.refusal(path)
            close(descriptor)
            throw refusal
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Whether a server, or a command that stands in for one, works on the directory.
    static func isHeld(in directory: String) -> Bool {
        let descriptor = unsafe open(directory + "/" + fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        let digits = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber }
        return digits.isEmpty ? "" : " (process \(digits))"
    }

    private static func makeDirectory(_ path: String) throws(CommandError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let reason = errno
        guard reason == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw refusal(path, reason)
        }
        try makeDirectory(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw refusal(path) }
    }

    private static func refusal(_ path: String, _ code: Int32 = errno) -> CommandError {
        var message = "\(path) cannot be used: \(SystemCall.reason(code))"
        if code == EACCES, let slash = path.lastIndex(of: "/"),
            let advice = FileOwner.advice(for: String(path[..<slash]))
        {
            message += "; \(advice)"
        }
        return CommandError(.cannotCreate, "directory", message)
    }
}
