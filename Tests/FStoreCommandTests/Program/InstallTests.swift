import FStoreTestSupport
import Foundation
import Testing

/// `scripts/install`, with the program that was built for the tests.
@Suite("Installing")
struct InstallTests {
    private static let files = [
        "bin/fstore", "share/man/man1/fstore.1", "share/bash-completion/completions/fstore",
        "share/zsh/site-functions/_fstore", "share/fish/vendor_completions.d/fstore.fish",
        "lib/systemd/system/fstore.service",
    ]

    private static func install(_ arguments: [String], destination: String? = nil) throws -> (Int32, String) {
        let output = Pipe()
        let process = try ChildProcess(
            Repository.url("scripts/install"),
            arguments,
            environment: ["PATH": "/usr/bin:/bin", "DESTDIR": destination ?? ""],
            output: .pipe(output),
            error: .pipe(output)
        )
        try output.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (process.wait(), text)
    }

    @Test func `puts everything below the prefix, and takes it away again`() throws {
        let store = try TemporaryStore()
        let binary = try ProgramRun.binary.path
        let (status, said) = try Self.install(
            ["--prefix", "/opt/fstore/", "--program", binary],
            destination: store.path("")
        )
        #expect(status == 0, "\(said)")
        let root = store.path("opt/fstore")
        for file in Self.files { #expect(FileManager.default.fileExists(atPath: "\(root)/\(file)"), "\(file)") }
        #expect(FileManager.default.isExecutableFile(atPath: root + "/bin/fstore"))
        let unit = try String(contentsOfFile: root + "/lib/systemd/system/fstore.service", encoding: .utf8)
        #expect(unit.contains("ExecStart=/opt/fstore/bin/fstore serve "))
        let bash = try String(contentsOfFile: root + "/share/bash-completion/completions/fstore", encoding: .utf8)
        #expect(bash.contains("complete") && bash.contains("verify") && !bash.contains("verify-walk"))
        #expect(try Self.install(["--prefix", "/opt/fstore", "--uninstall"], destination: store.path("")).0 == 0)
        for file in Self.files { #expect(!FileManager.default.fileExists(atPath: "\(root)/\(file)"), "\(file)") }
    }

    @Test func `says what is wrong before it builds`() throws {
        let (status, said) = try Self.install(["--prefix", "here"])
        #expect(status == 64 && said == "install: --prefix must be an absolute path; here was given\n")
        #expect(try Self.install(["--nothing"]).0 == 64)
        #expect(try Self.install(["--prefix", "/tmp", "--program", "/no/such/program"]).0 == 66)
    }

    @Test func `the manual has every command and option, as the formatter of manuals reads it`() throws {
        let store = try TemporaryStore()
        let manual = try store.run("manual").output
        #expect(manual.hasPrefix(".TH FSTORE 1 "))
        for chapter in ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES"] {
            #expect(manual.contains("\n.SH \(chapter)\n"), "\(chapter)")
        }
        for text in [
            ".SS fstore feature create NAME\n", ".SS fstore get FEATURES [ENTITIES]\n",
            ".SS fstore dump [FEATURE...]\n", "\\fB\\-\\-as\\-of\\fR \\fItime\\fR", "75  busy: try again later",
            ".SS fstore serve",
        ] {
            #expect(manual.contains(text), "\(text)")
        }
        for hidden in ["verify\\-walk", "fstore manual", "fstore help"] { #expect(!manual.contains(hidden)) }
        let known = [".TH ", ".SH ", ".SS ", ".TP", ".PP", ".B ", ".nf", ".fi", ".br", ".nh", ".ad l"]
        for line in manual.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(known.contains { line.hasPrefix($0) }, "\(line)")
        }
        // Bare hyphens become dashes that cannot be pasted into a shell.
        #expect(manual.firstMatch(of: /[^\\\\]--/) == nil)
    }
}
