import FStoreCatalog
import FStoreSecurity
import Testing

@Suite("Sources in the catalog")
struct SourceTests {
    @Test func `a source is stored as it was given`() async throws {
        let fixture = try await CatalogFixture()
        let source = try await fixture.source("warehouse")
        #expect(source.id.wholeMatch(of: /source_[0-9A-HJKMNP-TV-Z]{26}/) != nil)
        #expect(source.organizationID == fixture.ours && source.name == "warehouse" && source.type == "postgresql")
        #expect(source.config == #"{"host":"db"}"# && source.enabled && source.version == 1)
        #expect(source.created == fixture.clock.now && source.updated == fixture.clock.now)
        #expect(source.sealedSecrets.map(\.name) == ["password", "token"])
        #expect(source.sealedSecrets.map(\.bytes) == [[1, 2, 3], [9]])
        #expect(try await fixture.catalog.source(source.id, organization: fixture.ours) == source)
    }

    @Test func `the id is known before, so that it can be sealed with the secret`() async throws {
        let fixture = try await CatalogFixture()
        let sealer = SecretSealer(key: try #require(SealingKey([UInt8](1...32))))
        var new = NewSource(name: "s", type: "http", config: "{}", enabled: false)
        let context = "source/\(new.id)/token"
        new.sealedSecrets = [SealedSecret(name: "token", bytes: sealer.seal([7], context: context))]
        let source = try await fixture.catalog.createSource(new, organization: fixture.ours, by: .server)
        #expect(source.id == new.id && !source.enabled)
        #expect(try sealer.open(try #require(source.sealedSecrets.first).bytes, context: context) == [7])
    }

    @Test func `a name is taken within its organization only`() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.source("warehouse")
        await #expect(throws: CatalogError.nameTaken("warehouse")) { try await fixture.source("warehouse") }
        let new = NewSource(name: "warehouse", type: "http", config: "{}")
        let theirs = try await fixture.catalog.createSource(new, organization: fixture.theirs, by: .server)
        #expect(theirs.organizationID == fixture.theirs)
        await #expect(throws: CatalogError.nameTaken("warehouse")) {
            try await fixture.catalog.createSource(new, organization: fixture.theirs, by: .server)
        }
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.createSource(new, organization: 3, by: .server)
        }
    }

    @Test func `lists are paged, newest first, and chosen by type`() async throws {
        let fixture = try await CatalogFixture()
        var sources: [Source] = []
        for number in 0..<5 {
            sources.insert(try await fixture.source("s\(number)", type: number == 3 ? "http" : "csv"), at: 0)
        }
        func page(_ offset: Int, _ limit: Int, type: String? = nil) async throws -> CatalogPage<Source> {
            try await fixture.catalog.sources(organization: fixture.ours, type: type, offset: offset, limit: limit)
        }
        #expect(try await page(0, 10) == CatalogPage(items: sources, total: 5))
        #expect(try await page(3, 1) == CatalogPage(items: [sources[3]], total: 5))
        #expect(try await page(0, 10, type: "http") == CatalogPage(items: [sources[1]], total: 1))
        #expect(try await page(1, 2, type: "csv") == CatalogPage(items: Array(sources[2...3]), total: 4))
        #expect(try await page(0, 10, type: "HTTP") == CatalogPage(items: [], total: 0))
        #expect(try await page(-1, -1) == CatalogPage(items: [], total: 5))
    }

    @Test func `sources of one moment come in the order of their ids`() async throws {
        let fixture = try await CatalogFixture()
        for number in 0..<20 {
            let new = NewSource(name: "s\(number)", type: "csv", config: "{}")
            _ = try await fixture.catalog.createSource(new, organization: fixture.ours, by: .server)
        }
        let ids = try await fixture.catalog.sources(organization: fixture.ours, offset: 0, limit: 20).items.map(\.id)
        #expect(ids == ids.sorted(by: >) && Set(ids).count == 20)
    }

    @Test func `a change touches only what it names`() async throws {
        let fixture = try await CatalogFixture()
        let source = try await fixture.source("warehouse")
        fixture.clock.tick()
        let update = SourceUpdate(
            sealedSecrets: [SealedSecret(name: "password", bytes: [4]), SealedSecret(name: "user", bytes: [5])],
            removedSecrets: ["token", "none", "user"]
        )
        let changed = try await fixture.catalog.updateSource(
            source.id,
            organization: fixture.ours,
            update: update,
            by: .server
        )
        #expect(changed.name == "warehouse" && changed.type == source.type && changed.config == source.config)
        #expect(changed.enabled && changed.created == source.created)
        #expect(changed.updated == fixture.clock.now && changed.version == 2)
        #expect(changed.sealedSecrets.map(\.name) == ["password", "user"])
        #expect(changed.sealedSecrets.map(\.bytes) == [[4], [5]])

        let rest = SourceUpdate(name: "lake", type: "csv", config: "{}", enabled: false)
        let last = try await fixture.catalog.updateSource(
            source.id,
            organization: fixture.ours,
            update: rest,
            by: .server
        )
        #expect(last.name == "lake" && last.type == "csv" && last.config == "{}" && !last.enabled)
        #expect(last.sealedSecrets == changed.sealedSecrets && last.version == 3)
        #expect(try await fixture.catalog.source(source.id, organization: fixture.ours) == last)
    }

    @Test func `a change to a name that is taken changes nothing`() async throws {
        let fixture = try await CatalogFixture()
        let source = try await fixture.source("warehouse")
        try await fixture.source("lake")
        let update = SourceUpdate(name: "lake", enabled: false, removedSecrets: ["token"])
        await #expect(throws: CatalogError.nameTaken("lake")) {
            try await fixture.catalog.updateSource(source.id, organization: fixture.ours, update: update, by: .server)
        }
        #expect(try await fixture.catalog.source(source.id, organization: fixture.ours) == source)
        let same = SourceUpdate(name: "warehouse")
        #expect(
            try await fixture.catalog.updateSource(source.id, organization: fixture.ours, update: same, by: .server)
                .version == 2
        )
    }

    @Test func `of two changes that saw the same version one is refused`() async throws {
        let fixture = try await CatalogFixture()
        let source = try await fixture.source("warehouse")
        let outcomes = await withTaskGroup(of: CatalogError?.self) { group in
            for number in 0..<2 {
                group.addTask {
                    do throws(CatalogError) {
                        _ = try await fixture.catalog.updateSource(
                            source.id,
                            organization: fixture.ours,
                            update: SourceUpdate(config: "\(number)"),
                            expectedVersion: 1,
                            by: .server
                        )
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes) == [nil, .versionMismatch])
        await #expect(throws: CatalogError.versionMismatch) {
            try await fixture.catalog.deleteSource(
                source.id,
                organization: fixture.ours,
                expectedVersion: 1,
                by: .server
            )
        }
        try await fixture.catalog.deleteSource(source.id, organization: fixture.ours, expectedVersion: 2, by: .server)
    }

    @Test func `a source goes with its secrets`() async throws {
        let fixture = try await CatalogFixture()
        let source = try await fixture.source("warehouse")
        try await fixture.catalog.deleteSource(source.id, organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.source(source.id, organization: fixture.ours)
        }
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.deleteSource(source.id, organization: fixture.ours, by: .server)
        }
        #expect(try await fixture.catalog.check() == [])
        #expect(try await fixture.source("warehouse").id != source.id)
    }

    @Test func `a foreign source is not found, and stays`() async throws {
        let fixture = try await CatalogFixture()
        let source = try await fixture.source("warehouse")
        let (catalog, theirs) = (fixture.catalog, fixture.theirs)
        await #expect(throws: CatalogError.notFound) { try await catalog.source(source.id, organization: theirs) }
        await #expect(throws: CatalogError.notFound) {
            try await catalog.updateSource(
                source.id,
                organization: theirs,
                update: SourceUpdate(enabled: false),
                by: .server
            )
        }
        // Not even a wrong version tells that the source exists.
        await #expect(throws: CatalogError.notFound) {
            try await catalog.deleteSource(source.id, organization: theirs, expectedVersion: 7, by: .server)
        }
        #expect(try await catalog.sources(organization: theirs, offset: 0, limit: 9).total == 0)
        #expect(try await catalog.source(source.id, organization: fixture.ours) == source)
    }
}
