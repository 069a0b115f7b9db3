internal import ArgumentParser
internal import FStoreServices

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
            BackupCommand.self, RestoreCommand.self, EraseCommand.self, ServeCommand.self, KeyCommand.self,
            UserCommand.self, OrganizationCommand.self,
        ]
    )
}
