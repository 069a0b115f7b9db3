internal import ArgumentParser

/// `fstore key`, which only groups its commands.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, list and revoke API keys, also while a server runs: it notices within a second or two.",
        subcommands: [KeyCreateCommand.self, KeyListCommand.self, KeyRevokeCommand.self]
    )
}
