internal import ArgumentParser
internal import FStore
internal import FStoreText

/// Tells on stderr why a command failed: a sentence for people, one JSON object for machines.
struct ErrorReport {
    let isForMachines: Bool

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
        print(code: "usage", message: RootCommand.message(for: error), plain: text)
        return .usage
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
