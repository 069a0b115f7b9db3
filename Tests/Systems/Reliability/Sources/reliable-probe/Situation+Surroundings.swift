internal import FStore

extension Situation {
    /// The clock steps back by a year, while the store is open and over a restart: commit times go on increasing.
    func clockBack() throws -> String {
        let year: Int64 = 31_536_000_000_000_000
        var last = Timestamp.earliest
        var times: [Timestamp] = []
        for session in 0..<4 {
            let clock = Clock(Timestamp(nanoseconds: 1_800_000_000_000_000_000 - Int64(session) * year))
            let store = try open { $0.clock = { clock.now } }
            let feature = try store.define(FeatureDefinition(name: "text \(session)", type: .string)).handle
            for number in 0..<20 {
                if number == 10 { clock.stepBack(year) }
                let receipt = try store.put(
                    Self.value(number),
                    of: feature,
                    for: Self.entity(0),
                    at: Timestamp(nanoseconds: 0)
                )
                try Self.require(receipt.commitTime > last, "\(receipt.commitTime) came after \(last)")
                last = receipt.commitTime
                times.append(last)
            }
            for (number, time) in times.suffix(20).enumerated() {
                let known = try store.value(of: feature, for: Self.entity(0), at: .latest(knownAt: time))
                try Self.require(known.value == Self.value(number), "known at \(time): \(known.status)")
            }
            store.close()
        }
        return "\(times.count) commits over seven steps back, each later than the one before"
    }

    /// A directory, or a store, that this user may not write. The way back is the right owner.
    func noPermission() throws -> String {
        do {
            _ = try open()
        } catch let error as OpenError {
            guard case .directory = error else { throw Failure(description: "the error was: \(error)") }
            return "\"\(error)\""
        }
        throw Failure(description: "the store was opened")
    }

    /// A disk that is mounted for reading only: writing is refused, reading works.
    func readOnlyDisk() throws -> String {
        do {
            _ = try open()
            throw Failure(description: "the store was opened for writing")
        } catch let error as OpenError {
            guard case .directory = error else { throw Failure(description: "the error was: \(error)") }
            let store = try open {
                $0.access = .readOnly
                $0.mapSize = nil
            }
            defer { store.close() }
            let report = try store.verify()
            try Self.require(report.isSound && report.cells > 0, "\(report)")
            return "for writing: \"\(error)\"; for reading: \(report.cells) cells"
        }
    }

    /// A clock that the test sets. `@unchecked Sendable`: the writer looks at it only while the test waits for it.
    private final class Clock: @unchecked Sendable {
        private(set) var now: Timestamp

        init(_ now: Timestamp) {
            self.now = now
        }

        func stepBack(_ nanoseconds: Int64) {
            now = Timestamp(nanoseconds: now.nanoseconds - nanoseconds)
        }
    }
}
