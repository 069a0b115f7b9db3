internal import ArgumentParser
internal import FStore
internal import FStoreText

/// Tells on stderr why a command failed: a sentence for people, one JSON object for machines.
struct ErrorReport {
    let isForMachines: Bool
    /// What the program was called with.
    let arguments: [String]

    /// Prints `error` and returns the status to end with.
    func report(_ error: any Error) -> ExitStatus {
        if let known = CommandError(engine: error) {
            print(code: known.code, message: known.message, plain: "error: \(known.message)")
            return known.status
        }
        // What is left comes from the parser of arguments: help and version, which succeed, and wrong usage.
        let text = RootCommand.fullMessage(for: error)
        guard RootCommand.exitCode(for: error) != .success else {
            let output = Output()
            output.line(text)
            try? output.flush()
            return .done
        }
        if let message = misspelledOption {
            print(code: "usage", message: message, plain: "error: \(message)")
        } else {
            print(code: "usage", message: RootCommand.message(for: error), plain: text)
        }
        return .usage
    }

    /// Names the option that a misspelled one was most likely meant to be. The parser of arguments first looks for
    /// what is missing, and would ask for the very option that is there with a slip in it.
    private var misspelledOption: String? {
        guard var command = try? RootCommand.description() else { return nil }
        for argument in arguments {
            guard let next = command.list("subcommands").first(where: { $0.text("commandName") == argument }) else {
                break
            }
            command = next
        }
        // It takes every option, as a setting, and has a check of its own.
        if command.text("commandName") == "serve" { return nil }
        let names = command.list("arguments").flatMap { $0.list("names") }.filter { $0.text("kind") == "long" }
            .map { "--" + $0.text("name") }
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = String(argument.prefix { $0 != "=" })
            guard !names.contains(name), let meant = Spelling.nearest(to: name, among: names) else { continue }
            return "there is no option \"\(name)\"; did you mean \(meant)?"
        }
        return nil
    }

    private func print(code: String, message: String, plain: String) {
        let output = Output(descriptor: 2)
        if isForMachines {
            var inner = JSONObjectText()
            inner.add("code", code)
            inner.add("message", message)
            var outer = JSONObjectText()
            outer.add("error", inner)
            output.line(outer)
        } else {
            output.line(plain)
        }
        try? output.flush()
    }
}
