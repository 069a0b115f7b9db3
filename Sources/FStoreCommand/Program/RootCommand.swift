internal import ArgumentParser
internal import FStoreServices
internal import FStoreText

/// `fstore`, which only groups its commands.
struct RootCommand: ParsableCommand {
    static let version = ProgramVersion.text

    static let configuration = CommandConfiguration(
        commandName: "fstore",
        abstract: "Keeps the history of every feature of every entity, and answers what it was at any time.",
        discussion: """
            Every command but serve works on a store directory, without a server or beside one: --data, else the
            environment's FSTORE_DATA, else ./fstore-data. With --json the output is one JSON object, or one a line.

            \(ExitStatus.help)
            """,
        version: version,
        subcommands: [
            InitCommand.self, FeatureCommand.self, PutCommand.self, DeleteCommand.self, GetCommand.self,
            LoadCommand.self, DumpCommand.self, StatCommand.self, VerifyCommand.self, VerifyWalkCommand.self,
            BackupCommand.self, RestoreCommand.self, EraseCommand.self, ClockCommand.self, ServeCommand.self,
            KeyCommand.self, UserCommand.self, OrganizationCommand.self,
        ]
    )
}

extension RootCommand {
    /// Names the command that a misspelled one was most likely meant to be. The parser of arguments would call it an
    /// unexpected argument.
    static func checkSpelling(_ arguments: [String]) throws {
        var commands = configuration.subcommands
        for argument in arguments {
            if commands.isEmpty || argument.hasPrefix("-") || argument == "help" { return }
            var next: [any ParsableCommand.Type]?
            var names: [String] = []
            for command in commands {
                let configuration = command.configuration
                if configuration.commandName == argument { next = configuration.subcommands }
                if configuration.shouldDisplay, let name = configuration.commandName { names.append(name) }
            }
            guard let next else {
                let hint =
                    Spelling.nearest(to: argument, among: names).map { "did you mean \"\($0)\"?" }
                    ?? "the commands are \(names.joined(separator: ", "))"
                throw CommandError(.usage, "usage", "there is no command \"\(argument)\"; \(hint)")
            }
            commands = next
        }
    }
}
