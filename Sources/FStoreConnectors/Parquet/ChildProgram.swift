internal import CFiles
internal import Glibc

/// A program that runs beside this one: it reads a file as its standard input, and what it prints is read here. Ends
/// with this object.
final class ChildProgram {
    private let process: pid_t
    private let output: Int32
    private let errors: Int32
    private var isReaped = false

    /// How long one wait for output lasts before `check` is asked again.
    private static let waitMilliseconds: Int32 = 200

    /// The path of a program that stands in one of the directories of `PATH`; `nil` when none does.
    static func path(of name: String) -> String? {
        guard let directories = unsafe getenv("PATH") else { return nil }
        return unsafe String(cString: directories).split(separator: ":").map { $0 + "/" + name }
            .first { path in unsafe access(path, X_OK) == 0 }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: of the program.
    ///   - arguments: without its name.
    ///   - input: a descriptor that becomes its standard input. Stays open here.
    /// - Throws: ``InputError/cannotRead(path:reason:)`` with `name` where the system has no room for it.
    init(_ path: String, _ arguments: [String], input: Int32, name: String) throws(InputError) {
        // No setting of the operator's shell, above all no secret of the server, is for the program.
        let environment = ["PATH=/usr/bin:/bin", "TZ=UTC", "LC_ALL=C.UTF-8"]
        var (process, output, errors): (pid_t, Int32, Int32) = (0, -1, -1)
        let result = unsafe Self.withStrings([path] + arguments) { arguments in
            unsafe Self.withStrings(environment) { environment in
                unsafe fstore_start_program(path, arguments, environment, input, &process, &output, &errors)
            }
        }
        guard result == 0 else {
            throw .cannotRead(path: name, reason: "\(path) cannot be started: \(SystemCall.reason(result))")
        }
        (self.process, self.output, self.errors) = (process, output, errors)
    }

    deinit {
        if !isReaped {
            kill(-process, SIGKILL)
            _ = reap()
        }
        close(output)
        close(errors)
    }

    /// Puts up to `count` bytes of what it prints into `buffer` from `position` on. 0 at the end.
    ///
    /// - Parameter check: asked again and again while nothing is printed. What it throws comes out as
    ///   ``InputError/interrupted(_:)``.
    func read(
        into buffer: inout [UInt8],
        at position: Int,
        count: Int,
        check: () throws -> Void
    ) throws(InputError) -> Int {
        while true {
            var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&wanted, 1, Self.waitMilliseconds) == 0 {
                do { try check() } catch { throw .interrupted(InputInterruption(error)) }
                continue
            }
            let found = unsafe buffer.withUnsafeMutableBytes { bytes in
                precondition(position + count <= bytes.count, "a read past the end of the buffer")
                return unsafe Glibc.read(output, bytes.baseAddress.map { unsafe $0 + position }, count)
            }
            if found >= 0 { return found }
            guard errno == EINTR || errno == EAGAIN else {
                throw .cannotRead(path: "the output of a program", reason: SystemCall.reason())
            }
        }
    }

    /// Waits until the program has ended.
    ///
    /// - Returns: what it said of its failure; `nil` when it has succeeded.
    func failure() -> String? {
        let status = reap()
        if status == 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: 2000)
        let count = unsafe pread(errors, &bytes, bytes.count, 0)
        let said = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        let line = said.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if !line.isEmpty { return line }
        return status & 0x7F != 0 ? "it was ended by signal \(status & 0x7F)" : "it ended with \(status >> 8 & 0xFF)"
    }

    private func reap() -> Int32 {
        if isReaped { return 0 }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        isReaped = true
        return status
    }

    /// Calls `body` with strings as C has them: each ends in a zero, and so does their list.
    private static func withStrings(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        let list = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { unsafe list[index] = unsafe strdup(string) }
        unsafe list[strings.count] = nil
        defer {
            for index in strings.indices { unsafe free(list[index]) }
            unsafe list.deallocate()
        }
        guard let start = list.baseAddress else { return EINVAL }
        return unsafe body(start)
    }
}
