internal import Glibc
internal import Synchronization

/// A file that takes every line of the log as JSON. When it is full it gets the name of the older file, in whose place
/// it comes, and a new one begins: the two together have the newest lines.
package final class LogFile: Sendable {
    /// How large one file becomes.
    package static let mostBytes = 16 << 20

    private struct State {
        var descriptor: Int32
        var bytes: Int
    }

    private let path: String
    private let mostBytes: Int
    private let state: Lock<State>
    private let dropped = Atomic<UInt64>(0)

    /// The name of the older of the two files.
    package static func older(_ path: String) -> String { path + ".1" }

    /// Opens a file, or makes one that only its owner may read.
    ///
    /// - Throws: ``LogFileError`` when the system refuses.
    package init(_ path: String, mostBytes: Int = LogFile.mostBytes) throws(LogFileError) {
        self.path = path
        self.mostBytes = mostBytes
        let descriptor = Self.open(path)
        guard descriptor >= 0 else {
            throw LogFileError(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        var status = stat()
        unsafe fstat(descriptor, &status)
        state = Lock(State(descriptor: descriptor, bytes: Int(status.st_size)))
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    private static func open(_ path: String) -> Int32 {
        unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }

    /// How many lines were not written, or not to their end.
    package var droppedLines: UInt64 { dropped.load(ordering: .relaxed) }

    /// Writes a line that ends in a newline. A line that the disk does not take is dropped: the log must not stop the
    /// server.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            if state.bytes + line.count > mostBytes { turn(&state) }
            let written = unsafe line.withUnsafeBytes { bytes in
                unsafe Glibc.write(state.descriptor, bytes.baseAddress, bytes.count)
            }
            if written > 0 { state.bytes += written }
            if written != line.count { dropped.wrappingAdd(1, ordering: .relaxed) }
        }
    }

    private func turn(_ state: inout State) {
        guard unsafe rename(path, Self.older(path)) == 0 else { return }
        let next = Self.open(path)
        // Without a new file the lines go on into the one that is open.
        guard next >= 0 else { return }
        close(state.descriptor)
        state = State(descriptor: next, bytes: 0)
    }
}

/// Why there is no file for the log.
package struct LogFileError: Error, Hashable, Sendable {
    package let path: String
    package let reason: String
}
