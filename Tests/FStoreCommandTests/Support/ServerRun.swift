import FStoreTestSupport
import Foundation
import Glibc
import Testing

/// A real server on a free port. Ended, by its process id, when the test lets go of it.
final class ServerRun {
    struct NotStarted: Error {
        let output: String
        let error: String
    }

    let process: ChildProcess
    /// The first key, when the server printed one.
    let key: String?
    let port: Int
    /// What it printed up to its address.
    let output: String
    private let errorFile: URL

    /// - Parameters:
    ///   - data: another directory than the store's.
    ///   - way: the words of a command that starts the server, such as one that mounts a file system first.
    init(
        _ store: TemporaryStore,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        data: String? = nil,
        by way: [String] = []
    ) throws {
        errorFile = store.directory.appendingPathComponent("server-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
        let pipe = Pipe()
        process = try ChildProcess(
            way.isEmpty ? ProgramRun.binary : URL(fileURLWithPath: "/usr/bin/env"),
            (way.isEmpty ? [] : way + [ProgramRun.binary.path]) + [
                "serve", "--data", data ?? store.data, "--listen", "127.0.0.1:0",
            ] + arguments,
            environment: environment,
            output: .pipe(pipe),
            error: .file(FileHandle(forWritingTo: errorFile))
        )
        var text = ""
        while text.firstMatch(of: /listens on https?:\/\/[^\n]*:(\d+)\n/) == nil {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        // The lines with the curl command come in the same write.
        output = text
        key = text.firstMatch(of: /\n  (fl_1_[A-Za-z0-9]+)\n/).map { String($0.1) }
        guard let match = text.firstMatch(of: /listens on https?:\/\/[^\n]*:(\d+)\n/), let port = Int(match.1) else {
            process.wait()
            let error = try String(contentsOf: errorFile, encoding: .utf8)
            throw NotStarted(output: text, error: error)
        }
        self.port = port
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.wait()
    }

    /// What it has logged so far.
    var log: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end, at most so many seconds, and returns the status; a signal's number is negative.
    func status(within seconds: Double = 40) throws -> Int32 {
        let end = Date().addingTimeInterval(seconds)
        while process.isRunning {
            if Date() > end {
                signal(SIGKILL)
                Issue.record("the server did not end within \(seconds) s: \(log)")
            }
            usleep(10_000)
        }
        return process.wait()
    }

    /// SIGTERM, and the status.
    func stop() throws -> Int32 {
        signal(SIGTERM)
        return try status()
    }

    func connect() throws -> HTTPSocket { try HTTPSocket(port: port) }

    /// One request on a connection of its own.
    func request(_ method: String, _ target: String, key: String?, body: String? = nil) throws -> HTTPSocket.Response {
        let headers = key.map { [("Authorization", "Bearer \($0)")] } ?? []
        return try connect().request(method, target, headers: headers, body: body)
    }

    /// Asks until the answer has this status, at most three seconds: what other processes change counts within two, and
    /// asking takes time too.
    func answers(
        _ status: Int,
        _ method: String = "GET",
        _ target: String = "/api/v1/features",
        key: String,
        body: String? = nil
    ) throws -> Bool {
        let end = Date().addingTimeInterval(3)
        repeat {
            if try request(method, target, key: key, body: body).status == status { return true }
            usleep(50_000)
        } while Date() < end
        return false
    }
}
