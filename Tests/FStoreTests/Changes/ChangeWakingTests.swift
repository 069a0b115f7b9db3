import Synchronization
import FStoreTestSupport
import Testing

@testable import FStore

/// Who waits is woken when there is something, once, and not for what others wait for.
@Suite("Waking feeds")
struct ChangeWakingTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture { options in
            options.maxKeptChanges = 8
        }
    }

    private func feature(_ name: String) throws -> Feature {
        try store.define(FeatureDefinition(name: name, type: .int64))
    }

    /// Blocks, so that the writer has published the change when this returns.
    private func put(_ feature: FeatureHandle, at time: Int) throws {
        try store.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(time)))
    }

    /// Waits until `condition` holds, ten seconds at most.
    private func eventually(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<2000 {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return condition()
    }

    @Test func `is called once, and at once where there is something`() async throws {
        let feature = try fixture.feature("f", .int64)
        let feed = try store.changes()
        let calls = Atomic(0)
        feed.whenAvailable { calls.add(1, ordering: .relaxed) }
        #expect(calls.load(ordering: .relaxed) == 0)
        for number in 0..<3 { try put(feature, at: number) }
        #expect(try await eventually { calls.load(ordering: .relaxed) == 1 })
        // Nothing was read yet.
        feed.whenAvailable { calls.add(10, ordering: .relaxed) }
        #expect(calls.load(ordering: .relaxed) == 11)
        #expect(feed.poll().count == 3)
        feed.whenAvailable { calls.add(100, ordering: .relaxed) }
        feed.whenAvailable { calls.add(1000, ordering: .relaxed) }
        #expect(calls.load(ordering: .relaxed) == 111)
        store.close()
        #expect(try await eventually { calls.load(ordering: .relaxed) == 1111 })
    }

    @Test func `of thousands that wait only those are woken whom it concerns`() async throws {
        let features = try (0..<20).map { try feature("f\($0)") }
        let calls = (0..<20).map { _ in Counter() }
        var feeds: [ChangeFeed] = []
        for number in 0..<3000 {
            let feed = try store.changes(ChangeFilter(features: [features[number % 20].id]))
            let counter = calls[number % 20]
            feed.whenAvailable { counter.add() }
            feeds.append(feed)
        }
        try put(features[7].handle, at: 1)
        #expect(try await eventually { calls[7].count == 150 })
        for (number, counter) in calls.enumerated() where number != 7 { #expect(counter.count == 0) }
        #expect(feeds.map { $0.poll().count }.reduce(0, +) == 150)
    }

    /// A feed that waits for a rare change must not find a gap because others were many meanwhile.
    @Test func `what does not concern a feed that waits is no gap for it`() async throws {
        let often = try feature("often")
        let rare = try feature("rare")
        let quiet = try store.changes(ChangeFilter(features: [rare.id]))
        let called = Counter()
        quiet.whenAvailable { called.add() }
        let busy = try store.changes()
        for number in 0..<50 {
            let woken = Counter()
            busy.whenAvailable { woken.add() }
            try put(often.handle, at: number)
            #expect(try await eventually { woken.count == 1 })
            #expect(busy.poll().count == 1)
        }
        #expect(called.count == 0)
        try put(rare.handle, at: 1)
        #expect(try await eventually { called.count == 1 })
        let changes = quiet.poll()
        guard changes.count == 1, case .value(let value) = changes[0] else {
            Issue.record("\(changes)")
            return
        }
        #expect(value.featureID == rare.id)
    }

    // MARK: The ring alone

    private func block(_ before: Int64, _ last: Int64, _ isForeign: Bool) -> ChangeBlock {
        ChangeBlock(
            changes: [],
            cells: CellArena(),
            targets: [:],
            commitBefore: before,
            lastCommit: last,
            followsForeignCommits: isForeign
        )
    }

    @Test func `without a feed no block is made, and after the last one none is kept`() throws {
        let ring = ChangeRing(maxChanges: 8, maxBytes: 65_536)
        ring.publish(lastCommit: 1, commitBefore: .min) { before, isForeign in
            Issue.record("nobody listens")
            return block(before, 1, isForeign)
        }
        let subscription = try ring.subscribe(ChangeFilter())
        #expect(subscription.completeCommit == 1)
        ring.publish(lastCommit: 2, commitBefore: 1) { block($0, 2, $1) }
        #expect(ring.blocks(from: 0).blocks.count == 1)
        ring.unsubscribe(subscription)
        #expect(ring.blocks(from: 0).blocks.isEmpty)
        ring.close()
    }

    @Test func `commits of another process are a gap`() throws {
        let ring = ChangeRing(maxChanges: 8, maxBytes: 65_536)
        ring.start(after: 5)
        let subscription = try ring.subscribe(ChangeFilter())
        ring.publish(lastCommit: 6, commitBefore: 5) { block($0, 6, $1) }
        #expect(subscription.read(ring, limit: 10).isEmpty)
        // Between 6 and 9 somebody else has committed.
        ring.publish(lastCommit: 10, commitBefore: 9) { block($0, 10, $1) }
        #expect(subscription.read(ring, limit: 10) == [.gap(after: moment(6))])
        ring.noteForeignCommits()
        ring.publish(lastCommit: nil, commitBefore: nil) { block($0, $0, $1) }
        #expect(subscription.read(ring, limit: 10) == [.gap(after: moment(10))])
        ring.close()
    }
}

/// A count that closures share.
private final class Counter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add() { value.add(1, ordering: .relaxed) }
}
