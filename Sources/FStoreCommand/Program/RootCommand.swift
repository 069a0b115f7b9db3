internal import ArgumentParser
internal import FStore
internal import FStoreServices
internal import FStoreText

/// `fstore`, which only groups its commands.
struct RootCommand: ParsableCommand {
    static let version = ProgramVersion.text

    static let configuration = CommandConfiguration(
        commandName: "fstore",
        abstract: "Keep the history of every feature of every entity, and tell what a value was at any time.",
        discussion: """
            The commands work on the files of a store, without a server or beside a running one; serve is the server. \
            --data names the directory of the store. Without it, the environment variable FSTORE_DATA does; without \
            both it is ./fstore-data.

            With --json a command prints JSON for programs: one object, or one object on each line of a list. Errors \
            are then objects on stderr.

            \(ExitStatus.help)
            """,
        version: version,
        subcommands: [
            InitCommand.self, FeatureCommand.self, PutCommand.self, DeleteCommand.self, GetCommand.self,
            LoadCommand.self, IngestCommand.self, DumpCommand.self, StatCommand.self, VerifyCommand.self,
            VerifyWalkCommand.self,
            BackupCommand.self, RestoreCommand.self, EraseCommand.self, ClockCommand.self, ServeCommand.self,
            KeyCommand.self, SessionCommand.self, UserCommand.self, OrganizationCommand.self, AuditCommand.self,
            MaintenanceCommand.self,
            ManualCommand.self,
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
                throw CommandError(.usage, "usage", "there is no command \"\(argument.excerpt)\"; \(hint)")
            }
            commands = next
        }
    }
}
