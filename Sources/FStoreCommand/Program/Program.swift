internal import ArgumentParser
internal import Glibc

/// Where the program begins and ends: arguments in, one exit status out.
@main
enum Program {
    static func main() {
        // A reader that goes away, such as `head`, is then an error of write(2), and the store is closed in order.
        signal(SIGPIPE, SIG_IGN)
        let arguments = NegativeNumberShield.shield(Array(CommandLine.arguments.dropFirst()))
        exit(run(arguments).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitStatus {
        do {
            try RootCommand.checkSpelling(arguments)
            var command = try RootCommand.parseAsRoot(arguments)
            try command.run()
            return .done
        } catch let outcome as SilentExit {
            return outcome.status
        } catch {
            return ErrorReport(isForMachines: isForMachines(arguments), arguments: arguments).report(error)
        }
    }

    private static func isForMachines(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }
}
