internal import ArgumentParser
internal import FStore

/// `fstore verify`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read everything and check it.",
        discussion: """
            The walk runs in a process of its own: a page so broken that it brings the process down is reported as
            damage. Ends with status 1 when anything is wrong.
            """
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        let outcome = try VerifyChild(directory: store.directory).run()
        let output = Output()
        if store.json {
            output.write(outcome.report + [UInt8(ascii: "\n")])
        } else {
            outcome.describe(to: output)
        }
        try output.flush()
        if !outcome.isSound { throw SilentExit(status: .no) }
    }
}
