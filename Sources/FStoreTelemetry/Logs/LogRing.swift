package import Logging

/// The newest lines of the log, in memory, for whoever may read them over HTTP.
package final class LogRing: Sendable {
    /// One line.
    package struct Entry: Sendable {
        package init(time: LogTime, level: Logger.Level, label: String, message: String, metadata: String) {
            self.time = time
            self.level = level
            self.label = label
            self.message = message
            self.metadata = metadata
        }

        package let time: LogTime
        package let level: Logger.Level
        /// The name of the logger.
        package let label: String
        package let message: String
        /// Its fields as a JSON object, without secrets.
        package let metadata: String
    }

    /// How many lines, and how many bytes of them, are kept.
    private static let (mostEntries, mostBytes) = (10_000, 8 << 20)

    private struct State {
        var entries: [Entry] = []
        /// Entries before this one are gone.
        var first = 0
        var bytes = 0
    }

    private let state = Lock(State())

    package init() {}

    func add(_ record: LogRecord) {
        var metadata: [UInt8] = []
        LogJSON.append(.dictionary(record.metadata), depth: 0, to: &metadata)
        add(
            Entry(
                time: record.time,
                level: record.level,
                label: record.label,
                message: LogText.clean(record.message, maxBytes: LogLimits.messageBytes),
                metadata: String(decoding: metadata, as: UTF8.self)
            )
        )
    }

    /// Adds a line that was logged before, by an earlier run of the program.
    package func add(_ entry: Entry) {
        state.withLock { state in
            state.entries.append(entry)
            state.bytes += Self.size(entry)
            while state.entries.count - state.first > Self.mostEntries || state.bytes > Self.mostBytes {
                state.bytes -= Self.size(state.entries[state.first])
                state.first += 1
            }
            // What is gone moves out when it is as much as what is left: each line is moved about once.
            if state.first > Self.mostEntries / 2, state.first * 2 > state.entries.count {
                state.entries.removeFirst(state.first)
                state.first = 0
            }
        }
    }

    private static func size(_ entry: Entry) -> Int { entry.message.utf8.count + entry.metadata.utf8.count + 100 }

    /// The lines for which `isWanted` holds, the newest first: `limit` of them behind `offset`, and how many there are.
    package func entries(
        offset: Int,
        limit: Int,
        where isWanted: (Entry) -> Bool
    ) -> (entries: [Entry], total: Int) {
        let all = state.withLock { Array($0.entries[$0.first...]) }
        var (found, total) = ([Entry](), 0)
        for entry in all.reversed() where isWanted(entry) {
            total += 1
            if total > offset, found.count < limit { found.append(entry) }
        }
        return (found, total)
    }
}
