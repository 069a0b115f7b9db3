import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreServices
import FStoreTestSupport
import Synchronization
import Testing

@Suite("Patterns of an organization")
struct PatternServiceTests {
    /// A pattern carries the time at which its sync began. An answer that was made before the sync was stored has a
    /// later time and not the pattern, so that whoever asked next for what came since that answer missed it.
    @Test func `who asks for what came since the last answer misses nothing of a sync that was under way`() async throws
    {
        let directory = TemporaryDirectory()
        let clock = TestClock()
        let catalog = try await Catalog(directory: directory.path, clock: CatalogClock { clock.nanoseconds }).audited()
        let organization = try await catalog.createOrganization(name: "ours", by: .server)
        let user = NewUser(username: "ada", role: .developer)
        let ada = try await catalog.createUser(user, organization: organization.id, by: .server)
        let caller = Principal(
            credential: .key("key_1"),
            userID: ada.id,
            organizationID: organization.id,
            space: organization.space,
            role: .developer
        )
        let now: @Sendable () -> Timestamp = { Timestamp(nanoseconds: clock.nanoseconds) }
        let service = PatternService(catalog: catalog, time: TimeSource(now: now, monotonic: { 0 }))

        let isStored = Flag()
        let sent = (0..<1000).map { NewPattern(name: "p\($0)", version: 1, description: "", category: "c") }
        let sync = Task {
            defer { isStored.set() }
            return try await service.sync(sent, for: caller)
        }
        var (names, since, answers) = (Set<String>(), Timestamp?.none, 0)
        var isLast = false
        while !isLast {
            isLast = isStored.isSet
            clock.advance(1)
            let answer = try await service.pull(since: since, category: nil, offset: 0, limit: 1000, for: caller)
            names.formUnion(answer.page.items.map(\.name))
            since = answer.time
            answers += 1
        }
        #expect(try await sync.value.synced == sent.count)
        #expect(names.count == sent.count)
        #expect(answers > 1)
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }

        func set() { value.store(true, ordering: .sequentiallyConsistent) }
    }
}
