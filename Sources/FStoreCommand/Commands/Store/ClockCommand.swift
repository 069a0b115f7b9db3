internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore clock`, which only groups its commands.
struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Compare the clock with the last commit, and accept it after a jump.",
        subcommands: [ClockShowCommand.self, ClockAcceptCommand.self]
    )
}

/// `fstore clock show`
struct ClockShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the clock and the time of the last commit.",
        discussion: "Ends with status 1 when writes are refused because of the clock."
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let statistics = try opened.statistics()
        let warnings = StatisticsText.clockWarnings(statistics)
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("clock", statistics.clock)
            object.add("last_commit_time", statistics.lastCommitTime)
            object.add("clock_refused", statistics.clockJump != nil)
            object.add("warnings", warnings)
            output.line(object)
        } else {
            var table = TableText("", "")
            table.add("clock", statistics.clock.description)
            table.add("last commit", statistics.lastCommitTime?.description ?? "none")
            table.add("writes", statistics.clockJump == nil ? "taken" : "refused until the clock is accepted")
            table.write(to: output, withHeader: false)
            for warning in warnings { output.line("warning: \(warning)") }
        }
        try output.flush()
        if statistics.clockJump != nil { throw SilentExit(status: .no) }
    }
}

/// `fstore clock accept`
struct ClockAcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Say that the clock is right, so that writes go on.",
        discussion: """
            Commit times never go back: one write under a clock that is ahead moves all later ones there. Look at the
            time that this command prints. A running server takes writes again at once.
            """
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let accepted = try opened.acceptClock()
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("clock", accepted)
            output.line(object)
        } else {
            output.line("the clock is accepted: it is \(accepted)")
        }
        try output.flush()
    }
}
