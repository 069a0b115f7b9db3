import FStore
import Foundation
import Testing

/// One run of the built program.
struct ProgramRun {
    let status: Int32
    let output: String
    let error: String

    /// The lines of the output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The output as one JSON object.
    var object: JSONValue {
        get throws { try JSONValue(output.utf8.filter { $0 != 0x0A }) }
    }

    /// The output as one JSON object a line.
    var objects: [JSONValue] {
        get throws { try lines.map { try JSONValue($0.utf8) } }
    }

    /// The program, beside the tests.
    static var binary: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            var directory = URL(fileURLWithPath: tests).deletingLastPathComponent()
            // The tests may run in a helper of the toolchain; the bundle's path is then among the arguments.
            if !FileManager.default.fileExists(atPath: directory.appendingPathComponent("fstore").path),
                let bundle = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") })
            {
                directory = URL(fileURLWithPath: bundle).deletingLastPathComponent()
            }
            return directory.appendingPathComponent("fstore")
        }
    }
}

extension JSONValue {
    /// The text of a string or the digits of a number.
    var text: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        default: nil
        }
    }
}
