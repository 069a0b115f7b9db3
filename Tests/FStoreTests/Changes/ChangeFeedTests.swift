import FStoreLMDB
import FStoreTestSupport
import Testing

@testable import FStore

/// What one feed is promised, case by case. `ChangeLedgerTests` holds many feeds to a ledger of random commits.
@Suite("A feed of changes")
struct ChangeFeedTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture { options in
            options.maxKeptChanges = 8
        }
    }

    /// The event times of the values that a feed tells of, and a sign for each gap.
    private func outline(_ changes: [Change]) -> [String] {
        changes.map { change in
            switch change {
            case .value(let value): "\(value.entity) \(value.eventTime.nanoseconds)\(value.isDeletion ? " -" : "")"
            case .defined(let feature): "defined \(feature.name)"
            case .updated(let feature): "updated \(feature.name)"
            case .deleted(let feature): "deleted \(feature.name)"
            case .valuesErased(let feature): "emptied \(feature.name)"
            case .entityErased(let entity, let space): "erased \(entity) \(space)"
            case .gap(let commit): "gap \(commit.map { "\($0.nanoseconds)" } ?? "-")"
            }
        }
    }

    @Test func `tells of every kind of change, in the order of commits`() throws {
        let feed = try store.changes()
        let speed = try store.define(FeatureDefinition(name: "speed"))
        let first = try store.put(.float64(1), of: speed.handle, for: entity("a"), at: moment(5))
        try store.delete(speed.handle, for: entity("a"), at: moment(5))
        try store.update(speed.handle, FeatureUpdate(owner: "ops"))
        try store.erase(entity("a"))
        let emptied = try store.eraseValues(of: speed.handle)
        try store.delete(emptied.handle)
        let changes = feed.poll()
        let expected = [
            "defined speed", "updated speed", "a 5", "a 5 -", "updated speed", "erased a 0", "emptied speed",
            "deleted speed",
        ]
        #expect(outline(changes) == expected)
        #expect(feed.startsAfter == nil)
        guard case .value(let value) = changes[2] else {
            Issue.record("no value")
            return
        }
        #expect(value.featureID == speed.id && value.feature == speed.handle && value.commitTime == first.commitTime)
        #expect(changes[6] == .valuesErased(emptied))
        #expect(feed.poll().isEmpty && !feed.isFinished)
    }

    @Test func `a batch is told of whole, replaced cells left out, its own cells in the order of the store`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        var batch = WriteBatch()
        try batch.put(.int64(1), of: feature, for: entity("b"), at: moment(1))
        try batch.put(.int64(2), of: feature, for: entity("a"), at: moment(1))
        try batch.put(.int64(3), of: feature, for: entity("a"), at: moment(2))
        try batch.put(.int64(4), of: feature, for: entity("b"), at: moment(1))
        let receipt = try store.write(batch)
        #expect(receipt.cells == 3)
        #expect(outline(feed.poll(limit: 2)) == ["a 2", "a 1"])
        #expect(outline(feed.poll(limit: 2)) == ["b 1"])
    }

    @Test func `a refused batch is not told of, and its neighbor is`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        #expect(throws: WriteError.self) {
            try store.put(.string("no number"), of: feature, for: entity("a"), at: moment(1))
        }
        try store.put(.int64(1), of: feature, for: entity("b"), at: moment(2))
        #expect(outline(feed.poll()) == ["b 2"])
    }

    @Test func `filters by space and by feature`() throws {
        let here = try store.define(FeatureDefinition(name: "f", space: 1, type: .int64))
        let there = try store.define(FeatureDefinition(name: "f", space: 2, type: .int64))
        let other = try store.define(FeatureDefinition(name: "g", space: 1, type: .int64))
        let space = try store.changes(ChangeFilter(space: 1))
        let feature = try store.changes(ChangeFilter(features: [here.id]))
        let neither = try store.changes(ChangeFilter(space: 2, features: [here.id]))
        for (number, defined) in [here, there, other].enumerated() {
            try store.put(.int64(1), of: defined.handle, for: entity("e"), at: moment(Int64(number)))
        }
        try store.erase(entity("e"), space: 2)
        let emptied = try store.eraseValues(of: here.handle)
        try store.put(.int64(1), of: emptied.handle, for: entity("e"), at: moment(7))
        #expect(outline(space.poll()) == ["e 0", "e 2", "emptied f", "e 7"])
        #expect(outline(feature.poll()) == ["e 0", "erased e 2", "emptied f", "e 7"])
        #expect(outline(neither.poll()) == ["erased e 2"])
    }

    @Test func `what is told of can be read, and is told of before the write is acknowledged`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        for number in 0..<50 {
            let receipt = try store.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(number)))
            guard case .value(let change)? = feed.poll().last else {
                Issue.record("not told of \(number)")
                return
            }
            #expect(change.commitTime == receipt.commitTime)
            let answer = try store.value(of: feature, for: change.entity, at: .asOf(change.eventTime))
            #expect(answer.commitTime == change.commitTime)
        }
    }

    @Test func `whoever falls behind finds a gap, and then what is still there`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        var commits: [Timestamp] = []
        for number in 0..<20 {
            let time = moment(Int64(number))
            commits.append(try store.put(.int64(1), of: feature, for: entity("e"), at: time).commitTime)
            if number == 3 { #expect(outline(feed.poll(limit: 3)) == ["e 0", "e 1", "e 2"]) }
        }
        // Eight are kept. The commit of "e 3" was not told of.
        let rest = (12..<20).map { "e \($0)" }
        #expect(outline(feed.poll()) == ["gap \(commits[2].nanoseconds)"] + rest)
        #expect(feed.poll().isEmpty)
    }

    @Test func `a gap within a commit tells of the commit before it`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        let first = try store.put(.int64(1), of: feature, for: entity("a"), at: moment(1))
        var batch = WriteBatch()
        for number in 0..<5 { try batch.put(.int64(1), of: feature, for: entity("b"), at: moment(Int64(number))) }
        try store.write(batch)
        #expect(outline(feed.poll(limit: 3)) == ["a 1", "b 4", "b 3"])
        for number in 0..<8 { try store.put(.int64(1), of: feature, for: entity("c"), at: moment(Int64(number))) }
        #expect(outline(feed.poll()).first == "gap \(first.commitTime.nanoseconds)")
    }

    @Test func `a commit larger than all that is kept is no gap for who keeps up`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        var batch = WriteBatch()
        for number in 0..<100 { try batch.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(number))) }
        try store.write(batch)
        #expect(feed.poll().count == 100)
    }

    @Test func `a feed that begins while a commit is under way is told of it`() throws {
        let directory = TemporaryDirectory()
        let slot = Lock<(store: FeatureStore?, feed: ChangeFeed?)>((nil, nil))
        var options = StoreOptions()
        options.sweepInterval = nil
        options.mapSize = 1 << 28
        // The writer asks for the time in the middle of a commit.
        options.clock = {
            slot.withLock { state in
                if let store = state.store.take() { state.feed = try? store.changes() }
            }
            return moment(1000)
        }
        let store = try FeatureStore(directory: directory.path("store"), options: options)
        let feature = try store.define(FeatureDefinition(name: "f", type: .int64)).handle
        slot.withLock { $0.store = store }
        try store.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
        let feed = try #require(slot.withLock { $0.feed })
        #expect(outline(feed.poll()) == ["e 1"])
        #expect(feed.startsAfter == nil)
        store.close()
    }

    @Test func `a later feed starts after what has been written`() throws {
        let feature = try fixture.feature("f", .int64)
        let receipt = try store.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
        let feed = try store.changes()
        #expect(feed.startsAfter == receipt.commitTime)
        #expect(feed.poll().isEmpty)
        let reopened = fixture.path
        store.close()
        let again = try FeatureStore(directory: reopened, options: fixture.clock.options)
        #expect(try again.changes().startsAfter == receipt.commitTime)
        again.close()
    }

    // MARK: Ends

    @Test func `closing the store ends a feed after its last change`() async throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        let reader = Task {
            var count = 0
            for await _ in feed { count += 1 }
            return count
        }
        for number in 0..<5 {
            _ = try await store.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        store.close()
        #expect(await reader.value == 5)
        #expect(feed.isFinished && feed.poll().isEmpty)
        #expect(throws: WriteError.closed) { try store.changes() }
    }

    @Test func `what was kept when the store was closed can still be read`() throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        try store.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
        store.close()
        #expect(!feed.isFinished)
        #expect(outline(feed.poll()) == ["e 1"])
        #expect(feed.isFinished)
    }

    @Test func `a canceled feed ends at once, for who waits too`() async throws {
        let feed = try store.changes()
        let reader = Task { for await _ in feed {} }
        try await Task.sleep(for: .milliseconds(20))
        feed.cancel()
        await reader.value
        feed.cancel()
        #expect(feed.isFinished)
        _ = try fixture.feature("f", .int64)
        #expect(feed.poll().isEmpty)
    }

    @Test(arguments: [0, 20]) func `a canceled task stops waiting`(milliseconds: Int) async throws {
        let feed = try store.changes()
        let reader = Task { for await _ in feed {} }
        if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
        reader.cancel()
        await reader.value
        #expect(!feed.isFinished)
        _ = try fixture.feature("f", .int64)
        #expect(outline(feed.poll()) == ["defined f"])
    }

    @Test func `a store that only reads has no feed`() throws {
        store.close()
        var options = fixture.clock.options
        options.access = .readOnly
        let reading = try FeatureStore(directory: fixture.path, options: options)
        #expect(throws: WriteError.readOnly) { try reading.changes() }
        reading.close()
    }

    @Test(arguments: [0, 10_000_001]) func `a bound outside of its limits is refused`(count: Int) {
        var options = StoreOptions()
        options.maxKeptChanges = count
        #expect(throws: OpenError.self) { try FeatureStore(directory: fixture.directory.path("x"), options: options) }
    }
}
