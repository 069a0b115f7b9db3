import FStoreIdentity
import Testing

@testable import FStoreCatalog

@Suite("Patterns in the catalog")
struct PatternTests {
    @Test func `what is new is stored, and what is the same is not stored again`() async throws {
        let fixture = try await CatalogFixture()
        let sent = [NewPattern.named("b", 1), .named("a", 7)]
        #expect(try await fixture.sync(sent) == PatternSync(synced: 2, conflicts: []))
        let first = fixture.clock.now
        #expect(try await fixture.sync(sent) == PatternSync(synced: 2, conflicts: []))
        let page = try await fixture.catalog.patterns(organization: fixture.ours, offset: 0, limit: 10)
        #expect(page.items.map(\.name) == ["a", "b"] && page.items.map(\.version) == [7, 1] && page.total == 2)
        #expect(page.items.allSatisfy { $0.modified == first && $0.modifiedBy == fixture.user.id })
        let none = try await fixture.catalog.patterns(organization: fixture.theirs, offset: 0, limit: 10)
        #expect(none.items.isEmpty && none.total == 0)
    }

    @Test func `what is older or differs is a conflict, and the rest is stored`() async throws {
        let fixture = try await CatalogFixture()
        _ = try await fixture.sync([.named("old", 5), .named("same", 2), .named("newer", 1)])
        let result = try await fixture.sync([
            .named("newer", 2), .named("old", 4), .named("same", 2, category: "other"), .named("fresh", 0),
        ])
        typealias Conflict = PatternSync.Conflict
        #expect(
            result
                == PatternSync(
                    synced: 2,
                    conflicts: [
                        Conflict(name: "old", sentVersion: 4, storedVersion: 5, reason: .older),
                        Conflict(name: "same", sentVersion: 2, storedVersion: 2, reason: .differs),
                    ]
                )
        )
        let page = try await fixture.catalog.patterns(organization: fixture.ours, offset: 0, limit: 10)
        #expect(
            page.items.map { "\($0.name) \($0.version) \($0.category)" } == [
                "fresh 0 testing", "newer 2 testing", "old 5 testing", "same 2 testing",
            ]
        )
    }

    @Test func `earlier versions are kept, the newest first`() async throws {
        let fixture = try await CatalogFixture()
        for version in [1, 2, 10] { _ = try await fixture.sync([.named("a", Int64(version))]) }
        func versions(_ offset: Int, _ limit: Int) async throws -> CatalogPage<Pattern> {
            try await fixture.catalog.patternVersions(
                "a",
                organization: fixture.ours,
                offset: offset,
                limit: limit
            )
        }
        #expect(try await versions(0, 10).items.map(\.version) == [10, 2, 1])
        #expect(try await versions(1, 1).items.map(\.version) == [2])
        #expect(try await versions(1, 1).total == 3)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.patternVersions("a", organization: fixture.theirs, offset: 0, limit: 1)
        }
    }

    @Test func `a list is narrowed by time and by the category of the newest version`() async throws {
        let fixture = try await CatalogFixture()
        _ = try await fixture.sync([.named("a", 1, category: "x"), .named("b", 1, category: "x")])
        _ = try await fixture.sync([.named("a", 2, category: "y")])
        let second = fixture.clock.now
        func names(_ since: UnixNanoseconds?, _ category: String?) async throws -> [String] {
            try await fixture.catalog
                .patterns(
                    organization: fixture.ours,
                    since: since,
                    category: category,
                    offset: 0,
                    limit: 10
                )
                .items.map { "\($0.name)\($0.version)" }
        }
        #expect(try await names(nil, nil) == ["a2", "b1"])
        #expect(try await names(second, nil) == ["a2"])
        #expect(try await names(second + 1, nil) == [])
        #expect(try await names(nil, "x") == ["b1"])
        #expect(try await names(second, "y") == ["a2"])
        #expect(try await names(nil, "Y") == [])
    }

    @Test func `the audit trail tells of every version that was stored`() async throws {
        let fixture = try await CatalogFixture()
        _ = try await fixture.sync([.named("a", 2), .named("b", 1)])
        _ = try await fixture.sync([.named("a", 1), .named("b", 1), .named("c", 1)])
        try await fixture.catalog.deletePattern("a", organization: fixture.ours, by: .server)
        #expect(
            try await fixture.trail("pattern.") == [
                #"pattern.sync a {"version":"2"}"#, #"pattern.sync b {"version":"1"}"#,
                #"pattern.sync c {"version":"1"}"#, #"pattern.delete a {"versions":"1"}"#,
            ]
        )
    }

    @Test func `a name that was deleted can be used again from any version on`() async throws {
        let fixture = try await CatalogFixture()
        for version in [3, 4] as [Int64] { _ = try await fixture.sync([.named("a", version)]) }
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.deletePattern("a", organization: fixture.theirs, by: .server)
        }
        try await fixture.catalog.deletePattern("a", organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.deletePattern("a", organization: fixture.ours, by: .server)
        }
        #expect(try await fixture.sync([.named("a", 1)]) == PatternSync(synced: 1, conflicts: []))
        let page = try await fixture.catalog.patternVersions("a", organization: fixture.ours, offset: 0, limit: 10)
        #expect(page.items.map(\.version) == [1])
    }
}

extension NewPattern {
    static func named(_ name: String, _ version: Int64, category: String = "testing") -> NewPattern {
        NewPattern(name: name, version: version, description: "What \(name) does", category: category)
    }
}

extension CatalogFixture {
    /// Sends patterns as our user, one second later than whatever came before.
    func sync(_ patterns: [NewPattern]) async throws -> PatternSync {
        clock.tick()
        return try await catalog.syncPatterns(patterns, organization: ours, user: user.id, by: .server)
    }
}
