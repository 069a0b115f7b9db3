internal import FStore

extension Situation {
    /// More reads at once than there are slots: an error for the read that is one too many, not for others, not for
    /// writers. The way back is that one of them ends.
    func manyReaders() throws -> String {
        let store = try open { $0.maxReaders = 8 }
        defer { store.close() }
        let feature = try store.define(FeatureDefinition(name: "text", type: .string)).handle
        // Each read is within the one before, so all are open at once.
        func nest(_ depth: Int) throws(ReadError) -> Int {
            do throws(ReadError) {
                return try store.read { _ throws(ReadError) in try nest(depth + 1) }
            } catch .readersFull(let limit) where limit == 8 {
                do throws(WriteError) {
                    try store.put(Self.value(0), of: feature, for: Self.writable(0), at: Timestamp(nanoseconds: 0))
                } catch {
                    throw .storage("the write beside full readers: \(error)")
                }
                return depth
            }
        }
        let depth = try nest(0)
        try Self.require(depth == 8, "\(depth) reads were open at once")
        try check(store, feature, count: 1)
        try Self.require(try nest(0) == 8, "afterwards there was not as much room as before")
        return "8 reads open, the ninth was refused, a write beside them went through"
    }

    private static func writable(_ number: Int) throws(WriteError) -> EntityID {
        do throws(LimitError) { return try EntityID("entity-\(number)") } catch { throw .limit(error) }
    }

    /// A read that does not end keeps the pages that writers free. The file grows by what is written, and no more;
    /// statistics tell; when the read ends, the pages are used again.
    func stuckReader() throws -> String {
        let store = try open()
        defer { store.close() }
        let definition = FeatureDefinition(name: "text", type: .string, retention: Retention(maxVersions: 1))
        let feature = try store.define(definition).handle
        func overwrite(_ rounds: Int, from first: Int) throws {
            for round in first..<first + rounds {
                try store.put(
                    Self.value(round),
                    of: feature,
                    for: Self.entity(0),
                    at: Timestamp(nanoseconds: Int64(round))
                )
                _ = try store.sweep()
            }
        }
        try overwrite(200, from: 0)
        let settled = try store.statistics().fileBytes
        try overwrite(200, from: 200)
        let steady = try store.statistics().fileBytes
        try Self.require(steady == settled, "without a reader it grew from \(settled) to \(steady)")
        var grown = 0
        var lag = 0
        var failure: (any Error)?
        try store.read { _ throws(ReadError) in
            do { try overwrite(200, from: 400) } catch { failure = error }
            let statistics = try store.statistics()
            (grown, lag) = (statistics.fileBytes, statistics.oldestReaderLag)
            if statistics.readsSince.count != 1 {
                failure = Failure(description: "readsSince: \(statistics.readsSince)")
            }
        }
        if let failure { throw failure }
        try Self.require(lag >= 200, "statistics say that the oldest reader lags by \(lag) commits")
        // Two commits a round, and none changes more than a dozen pages here.
        let bound = 200 * 2 * 12 * 4096
        try Self.require(grown > steady && grown - steady < bound, "it grew from \(steady) to \(grown)")
        try overwrite(200, from: 600)
        let after = try store.statistics()
        try Self.require(after.fileBytes == grown, "after the read it grew from \(grown) to \(after.fileBytes)")
        try Self.require(after.oldestReaderLag == 0, "after the read a lag of \(after.oldestReaderLag) was reported")
        return "\(lag) commits beside it: the file grew from \(steady) to \(grown) bytes, and not at all afterwards"
    }
}
