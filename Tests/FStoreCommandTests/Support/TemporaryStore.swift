import FStoreTestSupport
import Foundation
import Testing

/// A directory of its own for each test, with the store in `data`.
final class TemporaryStore {
    let directory: URL
    var data: String { path("data") }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("fstore-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    /// A store that is there already.
    static func made() throws -> TemporaryStore {
        let store = try TemporaryStore()
        try store.run("init")
        return store
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func path(_ name: String) -> String {
        directory.appendingPathComponent(name).path
    }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// Starts the program on this store.
    func start(_ arguments: [String], input: Pipe? = nil, data: String? = nil) throws -> (ChildProcess, Pipe, Pipe) {
        let (output, error) = (Pipe(), Pipe())
        let process = try ChildProcess(
            ProgramRun.binary,
            arguments,
            // Some tests damage a store until a child process crashes on it. Swift's backtrace of each crash took four
            // seconds of processor time, together more than two minutes.
            environment: ["FSTORE_DATA": data ?? self.data, "SWIFT_BACKTRACE": "enable=no"],
            input: input.map(ChildProcess.Stream.pipe) ?? .nothing,
            output: .pipe(output),
            error: .pipe(error)
        )
        return (process, output, error)
    }

    /// Runs the program on this store to its end.
    @discardableResult
    func run(
        _ arguments: String...,
        input: String? = nil,
        status: Int32 = 0,
        data: String? = nil,
        at location: SourceLocation = #_sourceLocation
    ) throws -> ProgramRun {
        let pipe = input.map { _ in Pipe() }
        let (process, output, error) = try start(arguments, input: pipe, data: data)
        if let input, let pipe {
            try? pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? pipe.fileHandleForWriting.close()
        }
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        let run = ProgramRun(
            status: process.wait(),
            output: String(decoding: written, as: UTF8.self),
            error: String(decoding: complaint, as: UTF8.self)
        )
        #expect(run.status == status, "\(arguments): \(run.error)", sourceLocation: location)
        return run
    }
}
