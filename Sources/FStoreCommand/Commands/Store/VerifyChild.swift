internal import FStore
internal import FStoreConnectors
internal import FStoreText
internal import Glibc

/// Runs the walk in a process of its own and reads what it prints.
struct VerifyChild {
    let directory: String
    /// Whether errors that the walk tells on stderr are JSON. Its output always is.
    let isForMachines: Bool

    func run() throws -> VerifyOutcome {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw Self.systemError() }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process: pid_t
        do {
            defer { close(ends[1]) }
            process = try spawn(output: ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        let last = try lastLine(of: ends[0])
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return try outcome(status: status, last: last)
    }

    private func spawn(output: Int32) throws -> pid_t {
        let arguments = ["fstore", "verify-walk", "--data", directory] + (isForMachines ? ["--json"] : [])
        var vector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe vector.indices { unsafe free(vector[index]) } }
        // The walk may end with a signal, which is what it is for: a trace of it tells nothing, and takes seconds.
        let variables = ProcessEnvironment.all.filter { $0.key != "SWIFT_BACKTRACE" }
            .map { "\($0.key)=\($0.value)" }
        var childEnvironment = unsafe (variables + ["SWIFT_BACKTRACE=enable=no"]).map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe childEnvironment.indices { unsafe free(childEnvironment[index]) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, "/proc/self/exe", &actions, nil, &vector, &childEnvironment)
        guard code == 0 else { throw Self.systemError(code) }
        return process
    }

    /// Reads to the end, showing progress, and returns the last line.
    private func lastLine(of descriptor: Int32) throws -> [UInt8] {
        let input = InputFile(descriptor: descriptor, name: "the walk")
        var reader = LineReader(ByteWindow(blockBytes: 4096))
        var progress = ProgressLine()
        var last: [UInt8] = []
        while try reader.next(from: input) {
            last = Array(reader.bytes)
            if let value = try? JSONValue(last), case .number(let digits) = value["progress"],
                let cells = Int(digits)
            {
                progress.update(done: cells, total: nil, count: cells, unit: "cells")
            }
        }
        progress.clear()
        return last
    }

    private func outcome(status: Int32, last: [UInt8]) throws -> VerifyOutcome {
        let signal = status & 0x7F
        if signal != 0 {
            let reason = "the check was ended by signal \(signal): a page of the file is damaged; restore a backup"
            return try VerifyOutcome(report: VerifyReport.object(damage: reason).bytes)
        }
        let code = status >> 8 & 0xFF
        if code != 0 {
            // The child has told why on stderr.
            throw SilentExit(status: ExitStatus(rawValue: code) ?? .inputOutput)
        }
        return try VerifyOutcome(report: last)
    }

    private static func systemError(_ code: Int32 = errno) -> CommandError {
        CommandError(.inputOutput, "spawn", "the check cannot be started: \(SystemCall.reason(code))")
    }
}
