internal import ArgumentParser
internal import FStore
internal import FStoreText

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

/// Sizes and readers as they are shown.
enum StatisticsText {
    /// What an operator should look at.
    static func warnings(_ statistics: StoreStatistics) -> [String] {
        var warnings: [String] = []
        let percent = fullPercent(statistics)
        if percent > 80 {
            warnings.append("the map is \(percent) % full; enlarge it with --map-size (server: map_size) in time")
        }
        let lag = statistics.oldestReaderLag
        if lag > 1000 {
            warnings.append(
                "the oldest reader is \(lag) commits behind; freed pages cannot be used again until it ends"
            )
        }
        return warnings + clockWarnings(statistics)
    }

    /// What is wrong between the clock and the commit times.
    static func clockWarnings(_ statistics: StoreStatistics) -> [String] {
        if let jump = statistics.clockJump { return [jump.description] }
        guard let ahead = statistics.commitsAhead, let last = statistics.lastCommitTime else { return [] }
        return [
            "the last commit (\(last)) lies \(DurationText.text(ahead)) ahead of the clock (\(statistics.clock)): "
                + "the clock was wrong then, or is wrong now; later commits get times just after that one until the "
                + "clock has caught up. If the clock was wrong then, docs/operations describes the ways back"
        ]
    }

    /// Free pages are used again before the file grows, so they count as room.
    private static func fullPercent(_ statistics: StoreStatistics) -> Int {
        Int(Double(statistics.usedBytes) / Double(max(1, statistics.mapBytes - statistics.reservedBytes)) * 100)
    }

    static func object(_ statistics: StoreStatistics) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("features", statistics.features)
        object.add("features_to_reclaim", statistics.featuresToReclaim)
        object.add("cells", statistics.cells)
        object.add("latest_rows", statistics.latestRows)
        object.add("file_bytes", statistics.fileBytes)
        object.add("used_bytes", statistics.usedBytes)
        object.add("free_bytes", statistics.freeBytes)
        object.add("map_bytes", statistics.mapBytes)
        object.add("map_percent", fullPercent(statistics))
        object.add("bytes_per_cell", statistics.bytesPerCell)
        object.add("history_depth", statistics.historyDepth)
        object.add("page_bytes", statistics.pageBytes)
        object.add("last_commit_time", statistics.lastCommitTime)
        object.add("clock_refused", statistics.clockJump != nil)
        object.add("max_readers", statistics.maxReaders)
        object.add("oldest_reader_lag", statistics.oldestReaderLag)
        let readers = statistics.readers.map { reader in
            var object = JSONObjectText()
            object.add("process", reader.process)
            object.add("lag", reader.lag)
            return object
        }
        object.add("readers", readers)
        object.add("warnings", warnings(statistics))
        return object
    }

    static func table(_ statistics: StoreStatistics) -> TableText {
        var table = TableText("", "")
        table.add("features", "\(statistics.features)")
        table.add("features to reclaim", "\(statistics.featuresToReclaim)")
        table.add("cells", "\(statistics.cells)")
        table.add("latest rows", "\(statistics.latestRows)")
        table.add("file", ByteSizeText.text(statistics.fileBytes))
        table.add("used", ByteSizeText.text(statistics.usedBytes))
        table.add("free within the file", ByteSizeText.text(statistics.freeBytes))
        table.add("map", "\(ByteSizeText.text(statistics.mapBytes)), \(fullPercent(statistics)) % full")
        table.add("bytes a cell", "\((statistics.bytesPerCell * 10).rounded() / 10)")
        table.add("depth of history", "\(statistics.historyDepth)")
        table.add("page", "\(statistics.pageBytes) B")
        table.add("last commit", statistics.lastCommitTime?.description ?? "none")
        table.add("readers", "\(statistics.readers.count) of \(statistics.maxReaders)")
        table.add("oldest reader's lag", "\(statistics.oldestReaderLag) commits")
        for reader in statistics.readers {
            table.add("reader", "process \(reader.process), \(reader.lag) commits behind")
        }
        return table
    }
}
