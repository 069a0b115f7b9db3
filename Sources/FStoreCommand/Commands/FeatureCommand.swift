internal import ArgumentParser

/// `fstore feature`, which only groups its commands.
struct FeatureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feature",
        abstract: "Define, list, show, change and delete features.",
        subcommands: [
            FeatureCreateCommand.self, FeatureListCommand.self, FeatureShowCommand.self, FeatureUpdateCommand.self,
            FeatureDeleteCommand.self,
        ]
    )
}
