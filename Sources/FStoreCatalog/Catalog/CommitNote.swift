internal import Glibc

/// A small file beside the catalog that says how many commits it has had.
///
/// SQLite takes what is left of a write-ahead log for all of it, so that a log which was cut off, after a `kill` say,
/// would take acknowledged commits with it without a word: a key that was revoked would open again. The note is written
/// after each commit, when the log has reached the disk, and so is never ahead of it.
struct CommitNote {
    static let ending = "-commits"
    private static let identityDigits = 32
    private static let length = identityDigits + 1 + 19 + 1

    let path: String

    init(catalog: String) {
        path = catalog + Self.ending
    }

    /// The count that was noted for the catalog of this identity; `nil` when there is no note of it.
    func read(identity: [UInt8]) -> Int64? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.length)
        guard unsafe pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { return nil }
        let words = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: " ")
        guard words.count == 2, words[0] == Self.hexadecimal(identity) else { return nil }
        return Int64(words[1])
    }

    /// Writes the count over the old one, in place: it needs no room, so that it works on a full disk too.
    ///
    /// A note that cannot be written says too little, which does no harm.
    func write(identity: [UInt8], commits: Int64) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let digits = String(commits)
        let padded = String(repeating: "0", count: max(0, 19 - digits.count)) + digits
        let line = Array("\(Self.hexadecimal(identity)) \(padded)\n".utf8)
        _ = unsafe pwrite(descriptor, line, line.count, 0)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
