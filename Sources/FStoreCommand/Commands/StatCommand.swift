internal import ArgumentParser
internal import FStore

/// `fstore stat`
struct StatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Show sizes and readers, with warnings."
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let statistics = try opened.statistics()
        let output = Output()
        if store.json {
            output.line(StatisticsText.object(statistics))
        } else {
            var table = StatisticsText.table(statistics)
            table.write(to: output, withHeader: false)
            for warning in StatisticsText.warnings(statistics) { output.line("warning: \(warning)") }
        }
        try output.flush()
    }
}
