import FStoreIdentity
import FStoreTestSupport
import Testing

@testable import FStoreCatalog

@Suite("Metrics of patterns in the catalog")
struct PatternMetricTests {
    private static let day: UnixNanoseconds = 86_400_000_000_000

    private static func report(
        _ fixture: CatalogFixture,
        _ pattern: String,
        _ seconds: Double,
        day: Int64,
        user: Int64? = nil
    ) async throws {
        fixture.clock.now = day * Self.day
        let metric = NewPatternMetric(type: "pattern_applied", pattern: pattern, secondsSaved: seconds)
        _ = try await fixture.catalog.addPatternMetric(
            metric,
            organization: fixture.ours,
            user: user ?? fixture.user.id
        )
    }

    private static func summary(
        _ fixture: CatalogFixture,
        _ since: UnixNanoseconds = .min,
        _ until: UnixNanoseconds = .max
    ) async throws -> PatternMetricSummary {
        try await fixture.catalog.patternMetricSummary(organization: fixture.ours, since: since, until: until)
    }

    @Test func `sums are by pattern, by person and by week`() async throws {
        let fixture = try await CatalogFixture()
        let bob = try await fixture.catalog.createUser(
            NewUser(username: "bob", role: .developer),
            organization: fixture.ours,
            by: .server
        )
        // Day 0 of 1970 is a Thursday, day 3 a Sunday, day 4 the next Monday.
        try await Self.report(fixture, "a", 10, day: 0)
        try await Self.report(fixture, "a", 20.5, day: 3, user: bob.id)
        try await Self.report(fixture, "b", 100, day: 4, user: bob.id)
        let sums = try await Self.summary(fixture)
        #expect(sums.total == .init(count: 3, secondsSaved: 130.5))
        #expect(sums.byPattern.map(\.pattern) == ["b", "a"])
        #expect(
            sums.byPattern.map(\.total) == [.init(count: 1, secondsSaved: 100), .init(count: 2, secondsSaved: 30.5)]
        )
        #expect(sums.byPerson.map(\.username) == ["bob", "ada"])
        #expect(sums.byPerson.map(\.userID) == [bob.id, fixture.user.id])
        #expect(sums.byWeek.map(\.week) == [0, 1])
        #expect(sums.byWeek.map(\.total) == [.init(count: 2, secondsSaved: 30.5), .init(count: 1, secondsSaved: 100)])
    }

    @Test func `the begin counts and the end does not, and other organizations do not`() async throws {
        let fixture = try await CatalogFixture()
        for day in [10, 20, 30] as [Int64] { try await Self.report(fixture, "a", 1, day: day) }
        #expect(try await Self.summary(fixture, 10 * Self.day, 30 * Self.day).total.count == 2)
        #expect(try await Self.summary(fixture, 10 * Self.day + 1, 30 * Self.day + 1).total.count == 2)
        let theirs = try await fixture.catalog.patternMetricSummary(
            organization: fixture.theirs,
            since: .min,
            until: .max
        )
        #expect(theirs.total == .init(count: 0, secondsSaved: 0))
        #expect(theirs.byPattern.isEmpty && theirs.byPerson.isEmpty && theirs.byWeek.isEmpty)
    }
}
