package import Foundation
import Glibc
import Synchronization

/// A program that a test starts.
///
/// Not Foundation's `Process`: before it starts a program it lists the open descriptors of this one, and copies the 256
/// bytes that a name may have from every entry of the list. With some 1360 descriptors, as in tests of many servers at
/// once, the last entry lies at the end of the list's memory, and the tests ended with a segmentation fault.
package final class ChildProcess: Sendable {
    /// What a standard stream of the program is connected with.
    package enum Stream {
        case nothing
        case file(FileHandle)
        /// This process keeps one end, the program has the other.
        case pipe(Pipe)
    }

    package struct NotStarted: Error {
        package let program: String
        package let code: Int32
    }

    package let processIdentifier: pid_t
    private let ended = Mutex<Int32?>(nil)

    /// Starts a program. It has no descriptors but its three streams.
    /// - Parameter environment: all of its environment; `nil` hands on this process's.
    package init(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String]? = nil,
        input: Stream = .nothing,
        output: Stream = .nothing,
        error: Stream = .nothing
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in [input, output, error].enumerated() {
            switch stream {
            case .nothing: unsafe posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            case .file(let file): unsafe posix_spawn_file_actions_adddup2(&actions, file.fileDescriptor, Int32(number))
            case .pipe(let pipe):
                let end = number == 0 ? pipe.fileHandleForReading : pipe.fileHandleForWriting
                unsafe posix_spawn_file_actions_adddup2(&actions, end.fileDescriptor, Int32(number))
            }
        }
        // Pipes of other tests among them, whose readers wait until nobody has the other end. Swift does not see the
        // call that closes them all; closing one that is not open is no error.
        for descriptor in 3..<min(Int32(sysconf(Int32(_SC_OPEN_MAX))), 8192) {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        // Threads that run tests hold signals back; the program must not.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let variables = environment ?? ProcessInfo.processInfo.environment
        var words = unsafe ([program.path] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe settings.indices { unsafe free(settings[index]) }
        }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, program.path, &actions, &attributes, &words, &settings)
        guard code == 0 else { throw NotStarted(program: program.path, code: code) }
        processIdentifier = process

        // The program has its own now; as long as this one is open too, nobody sees the end of the stream.
        var closed: Set<ObjectIdentifier> = []
        for (number, stream) in [input, output, error].enumerated() {
            guard case .pipe(let pipe) = stream, closed.insert(ObjectIdentifier(pipe)).inserted else { continue }
            try (number == 0 ? pipe.fileHandleForReading : pipe.fileHandleForWriting).close()
        }
    }

    package var isRunning: Bool { status(WNOHANG) == nil }

    /// Waits for the end and returns the exit status; the number of a signal is negative.
    @discardableResult
    package func wait() -> Int32 {
        while true {
            if let status = status(0) { return status }
        }
    }

    /// The end, or `nil` while it runs.
    private func status(_ options: Int32) -> Int32? {
        ended.withLock { ended in
            if ended != nil { return ended }
            var status: Int32 = 0
            guard unsafe waitpid(processIdentifier, &status, options) == processIdentifier else { return nil }
            let signal = status & 0x7F
            ended = signal == 0 ? status >> 8 & 0xFF : -signal
            return ended
        }
    }
}
