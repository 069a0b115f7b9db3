internal import ArgumentParser

/// What can be said about a feature when it is made and when it is changed.
struct FeatureArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long a value is good for, such as 90s, 15m, 12h or 30d.", valueName: "duration"),
        transform: DurationArgument.parse
    )
    var ttl: Duration?

    @Option(
        help: ArgumentHelp("Keep cells whose event time is at most this long ago.", valueName: "duration"),
        transform: DurationArgument.parse
    )
    var maxAge: Duration?

    @Option(help: ArgumentHelp("Keep this many event times of each entity.", valueName: "number"))
    var maxVersions: Int?

    @Option(help: "What it is, for people.")
    var description: String?

    @Option(help: "Who answers for it.")
    var owner: String?

    @Option(help: "A tag; may be repeated.")
    var tag: [String] = []

    @Option(help: "Where its values come from.")
    var source: String?
}
