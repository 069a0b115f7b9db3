import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Testing

@testable import FStoreServices

/// A history of a million values that were all written later than `known_at` was one request: it walked over all of
/// them to answer nothing, and cost as little as a request for one value. Others waited for seconds.
@Suite("The work of a page")
struct PageWorkTests {
    private let directory = TemporaryDirectory()
    private let store: FeatureStore
    private let values: ValueService
    private let feature: FeatureHandle
    private let a = entity("a")
    private let b = entity("b")
    private let caller = Principal(
        credential: .key("key"),
        userID: 1,
        organizationID: 1,
        space: 0,
        role: .viewer
    )

    private static func entity(_ name: String) -> EntityID {
        do { return try EntityID(name) } catch { fatalError("\(error)") }
    }

    init() async throws {
        var options = StoreOptions()
        options.durability = .relaxed
        store = try FeatureStore(directory: directory.path, options: options)
        values = ValueService(store: store, audit: AuditService(catalog: try Catalog(directory: directory.path)))
        feature = try await store.define(FeatureDefinition(name: "f", type: .int64)).handle
    }

    /// Pages of a history until there is no next one: the event times, and how many pages there were.
    private func history(_ entities: [EntityID], knownAt: Timestamp? = nil, steps: Int) throws -> ([Int64], Int) {
        var question = HistoryQuestion(
            feature: feature,
            entities: entities,
            window: PageWindow(offset: 0, limit: 1000, reach: 100_000)
        )
        question.knownAt = knownAt
        question.steps = steps
        var (times, pages) = ([Int64](), 0)
        repeat {
            let page = try values.history(question, for: caller) { _, answer in
                times.append(answer.eventTime?.nanoseconds ?? -1)
                return true
            }
            pages += 1
            #expect(page.isShort == (page.next != nil))
            question.position = page.next
        } while question.position != nil
        return (times, pages)
    }

    private func write(_ entity: EntityID, _ times: ClosedRange<Int64>, deleting: Bool = false) async throws {
        var batch = WriteBatch()
        for time in times {
            let moment = Timestamp(nanoseconds: time)
            if deleting {
                try batch.delete(feature, for: entity, at: moment)
            } else {
                try batch.put(.int64(time), of: feature, for: entity, at: moment)
            }
        }
        _ = try await store.write(batch)
    }

    @Test func `values that are not known yet count, and the page goes on behind them`() async throws {
        try await write(a, 1...2)
        let then = try #require(try store.lastCommitTime())
        try await write(a, 3...400)
        try await write(b, 1...400)
        let (times, pages) = try history([a, b], knownAt: then, steps: 100)
        #expect(times == [1, 2])
        #expect(pages >= 7)
        #expect(try history([a, b], knownAt: then, steps: PageWork.steps) == ([1, 2], 1))
    }

    @Test func `deleted values count`() async throws {
        try await write(a, 1...300)
        try await write(a, 1...299, deleting: true)
        let (times, pages) = try history([a], steps: 100)
        #expect(times == [300])
        #expect(pages >= 5)
    }

    @Test func `a value that was corrected often is searched, whatever is known`() async throws {
        var commits: [Timestamp] = []
        for _ in 0..<60 {
            try await write(a, 5...7)
            commits.append(try #require(try store.lastCommitTime()))
        }
        for commit in [commits[0], commits[15], commits[16], commits[17], commits[40], commits[59]] {
            #expect(try history([a], knownAt: commit, steps: 10).0 == [5, 6, 7])
            let entry = try store.history(of: feature, for: a, knownAt: commit).entries
            #expect(entry.map(\.commitTime) == [commit, commit, commit])
        }
        let early = Timestamp(nanoseconds: commits[0].nanoseconds - 1)
        #expect(try history([a], knownAt: early, steps: 10).0 == [])
    }

    @Test func `entities without a value count, and the walk goes on behind them`() async throws {
        try await write(Self.entity("first"), 1...1)
        let then = try #require(try store.lastCommitTime())
        for number in 0..<50 { try await write(Self.entity("later-\(number)"), 1...3) }
        var question = EntityWalkQuestion(
            feature: feature,
            time: PointInTime(knownAt: then),
            window: PageWindow(offset: 0, limit: 10, reach: 100_000)
        )
        question.steps = 80
        var (found, pages) = ([String](), 0)
        repeat {
            let page = try values.entities(question, for: caller) { entity in
                found.append(entity.entityID.text)
                return true
            }
            pages += 1
            question.position = page.next
        } while question.position != nil
        #expect(found == ["first"])
        #expect(pages >= 5)
    }

    @Test func `one look-up passes over so many cells and no more`() async throws {
        try await write(a, 1...2000)
        let feature = feature
        let early = Timestamp(nanoseconds: 1)
        func read(_ steps: Int) throws(ReadError) -> Status {
            try values.read(for: caller) { snapshot throws(ReadError) in
                snapshot.limitSteps(to: steps)
                return try snapshot.value(of: feature, for: a, at: PointInTime(knownAt: early)).status
            }
        }
        #expect(try read(100_000) == .missing)
        #expect(throws: ReadError.self) { try read(500) }
        // The next read has nothing of this one's limit.
        #expect(try store.value(of: feature, for: a, at: PointInTime(knownAt: early)).status == .missing)
    }
}
