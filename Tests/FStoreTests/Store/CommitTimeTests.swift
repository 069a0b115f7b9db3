import FStore
import FStoreTestSupport
import Testing

@Suite("Commit times")
struct CommitTimeTests {
    @Test func `increase while the clock stands still or steps back, and over a restart`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        let start = fixture.clock.now
        var last = Timestamp.earliest
        for (number, step) in [0, 0, 1000, 0, -1_000_000, 0, -50, 3].enumerated() {
            fixture.clock.advance(Int64(step))
            let time = try fixture.store.put(.int64(Int64(number)), of: feature, for: entity("e"), at: moment(1))
                .commitTime
            #expect(time > last)
            last = time
        }
        #expect(last.nanoseconds == start.nanoseconds + 1000 + 5)
        #expect(try fixture.store.lastCommitTime() == last)
        fixture.store.close()
        fixture.clock.advance(-1_000_000_000)
        let reopened = try FeatureStore(directory: fixture.path, options: fixture.clock.options)
        let receipt = try reopened.put(.int64(9), of: feature, for: entity("e"), at: moment(1))
        #expect(receipt.commitTime.nanoseconds == last.nanoseconds + 1)
        #expect(try reopened.value(of: feature, for: entity("e"), at: .latest(knownAt: last)).value == .int64(7))
        #expect(try reopened.value(of: feature, for: entity("e")).value == .int64(9))
    }

    @Test func `follow the clock when it runs`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        fixture.clock.now = moment(5_000)
        #expect(
            try fixture.store.put(.int64(1), of: feature, for: entity("e"), at: moment(1)).commitTime == moment(5_000)
        )
        fixture.clock.now = moment(9_000)
        #expect(
            try fixture.store.put(.int64(2), of: feature, for: entity("e"), at: moment(1)).commitTime == moment(9_000)
        )
    }

    /// Of several cells for one feature, entity and event time in one batch, the last one counts.
    @Test func `are one for a batch`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        var batch = WriteBatch()
        for number in 0..<10 {
            try batch.put(.int64(Int64(number)), of: feature, for: entity("e\(number % 2)"), at: moment(1))
        }
        let receipt = try fixture.store.write(batch)
        #expect(receipt.cells == 2)
        for number in 0..<2 {
            let answer = try fixture.store.value(of: feature, for: entity("e\(number)"))
            #expect(answer.value == .int64(Int64(8 + number)) && answer.commitTime == receipt.commitTime)
        }
        #expect(try fixture.store.statistics().cells == 2)
    }
}
