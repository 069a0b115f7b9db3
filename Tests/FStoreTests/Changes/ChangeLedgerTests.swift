import FStoreLMDB
import FStoreTestSupport
import Testing

@testable import FStore

/// Many feeds of all kinds beside writers that write at random, each held to a ledger of what was acknowledged.
@Suite("Feeds against a ledger")
struct ChangeLedgerTests {
    /// A cell, as a ledger and a feed both know it.
    private struct Entry: Hashable {
        var commitTime: Timestamp
        var feature: FeatureHandle
        var entity: EntityID
        var eventTime: Timestamp
        var isDeletion: Bool
    }

    private final class Ledger: Sendable {
        private let entries = Lock<[Entry]>([])

        func add(_ added: [Entry]) { entries.withLock { $0 += added } }

        var all: [Entry] { entries.withLock { $0 } }
    }

    /// Everything that one feed has told of.
    private struct Account: Sendable {
        var name: String
        var startsAfter: Timestamp?
        var features: Set<FeatureHandle>?
        var changes: [Change]
    }

    @Test(arguments: 0..<6)
    func `every acknowledged cell is told of once, in order, or lies in a gap`(round: Int) async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("feeds against a ledger: round \(round), seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let capacity = [16, 200, 100_000].randomElement(using: &random) ?? 16
        let fixture = try StoreFixture { $0.maxKeptChanges = capacity }
        let store = fixture.store
        let features = try (0..<4).map { try store.define(FeatureDefinition(name: "f\($0)", type: .int64)) }
        let ledger = Ledger()

        let accounts = try await withThrowingTaskGroup(of: Account?.self) { group in
            for number in 0..<8 {
                let wanted = number % 2 == 0 ? nil : features[number / 2]
                let feed = try store.changes(ChangeFilter(features: wanted.map { [$0.id] }))
                let seed = random.next()
                group.addTask {
                    var account = Account(name: "feed \(number)", startsAfter: feed.startsAfter, changes: [])
                    account.features = wanted.map { [$0.handle] }
                    account.changes = await Self.follow(feed, byPolling: number % 3 == 0, seed)
                    return account
                }
            }
            // Those who come later, some in the middle of a commit.
            let lateSeed = random.next()
            group.addTask {
                var random = SeededGenerator(seed: lateSeed)
                try await Task.sleep(for: .microseconds(Int.random(in: 0...3000, using: &random)))
                let feed = try store.changes()
                let changes = await Self.follow(feed, byPolling: false, random.next())
                return Account(name: "late feed", startsAfter: feed.startsAfter, changes: changes)
            }
            try await withThrowingTaskGroup(of: Void.self) { writers in
                for _ in 0..<3 {
                    let seed = random.next()
                    writers.addTask { try await Self.write(store, features.map(\.handle), ledger, seed) }
                }
                try await writers.waitForAll()
            }
            store.close()
            return try await group.reduce(into: [Account]()) { if let account = $1 { $0.append(account) } }
        }
        for account in accounts { Self.check(account, ledger.all, seed) }
    }

    /// Random batches, each noted once it is acknowledged.
    private static func write(
        _ store: FeatureStore,
        _ features: [FeatureHandle],
        _ ledger: Ledger,
        _ seed: UInt64
    ) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<80 {
            var batch = WriteBatch()
            var last: [Entry] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let feature = features.randomElement(using: &random) ?? features[0]
                let name = entity("e\(Int.random(in: 0..<5, using: &random))")
                let time = moment(Int64.random(in: 0..<6, using: &random))
                let isDeletion = random.chance(20)
                if isDeletion {
                    try batch.delete(feature, for: name, at: time)
                } else {
                    try batch.put(.int64(1), of: feature, for: name, at: time)
                }
                last.removeAll { $0.feature == feature && $0.entity == name && $0.eventTime == time }
                last.append(
                    Entry(
                        commitTime: .earliest,
                        feature: feature,
                        entity: name,
                        eventTime: time,
                        isDeletion: isDeletion
                    )
                )
            }
            let receipt = try await store.write(batch)
            for position in last.indices { last[position].commitTime = receipt.commitTime }
            ledger.add(last)
        }
    }

    /// Reads to the end, sometimes slowly.
    private static func follow(_ feed: ChangeFeed, byPolling: Bool, _ seed: UInt64) async -> [Change] {
        var random = SeededGenerator(seed: seed)
        var changes: [Change] = []
        if byPolling {
            while !feed.isFinished {
                changes += feed.poll(limit: Int.random(in: 1...40, using: &random))
                if random.chance(10) { try? await Task.sleep(for: .milliseconds(1)) } else { await Task.yield() }
            }
            return changes
        }
        for await change in feed {
            changes.append(change)
            if random.chance(1) { try? await Task.sleep(for: .milliseconds(1)) }
        }
        return changes
    }

    private static func check(_ account: Account, _ ledger: [Entry], _ seed: UInt64) {
        let who = "\(account.name), seed \(seed)"
        var told: Set<Entry> = []
        var newest = account.startsAfter ?? .earliest
        // Commits that may have been lost: those after the first and up to the second.
        var gaps: [(after: Timestamp, through: Timestamp)] = []
        var gap: Timestamp?
        for change in account.changes {
            switch change {
            case .value(let value):
                let entry = Entry(
                    commitTime: value.commitTime,
                    feature: value.feature,
                    entity: value.entity,
                    eventTime: value.eventTime,
                    isDeletion: value.isDeletion
                )
                #expect(value.commitTime >= newest, "\(who): out of order")
                #expect(told.insert(entry).inserted, "\(who): \(entry) is told of twice")
                newest = value.commitTime
                if let after = gap.take() { gaps.append((after, value.commitTime)) }
            case .gap(let after):
                let after = after ?? .earliest
                // A second gap may follow at once: what came after the first was driven out before it was read.
                let isFirst = gap == nil && account.features == nil
                #expect(!isFirst || after <= newest, "\(who): a gap after what was not told of")
                gap = min(gap ?? after, after)
            default: break
            }
        }
        if let gap { gaps.append((gap, .last)) }
        let wanted = ledger.filter { account.features?.contains($0.feature) ?? true }
        let known = Set(wanted)
        #expect(told.isSubset(of: known), "\(who): told of what was never written")
        for entry in wanted where !told.contains(entry) && entry.commitTime > account.startsAfter ?? .earliest {
            let isLost = gaps.contains { entry.commitTime > $0.after && entry.commitTime <= $0.through }
            #expect(isLost, "\(who): \(entry) is missing, and in no gap of \(gaps)")
        }
    }
}
