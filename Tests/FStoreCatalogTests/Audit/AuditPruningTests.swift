import FStoreSecurity
import FStoreTestSupport
import GRDB
import Testing

@testable import FStoreCatalog

@Suite("Pruning the audit trail, and other keys")
struct AuditPruningTests {
    /// Ten entries, the last six a second apart.
    private static func trail() async throws -> (CatalogFixture, times: [UnixNanoseconds]) {
        let fixture = try await CatalogFixture()
        var times = [UnixNanoseconds](repeating: fixture.clock.now, count: 4)
        for number in 5...10 { times.append(try await fixture.key("key \(number)").created) }
        return (fixture, times)
    }

    private static func seqs(_ catalog: Catalog) async throws -> [Int64] {
        try await catalog.auditEntries(AuditFilter(), limit: 100).map(\.seq).reversed()
    }

    @Test func `what is older goes, the rest is still proven, and pruning tells of itself`() async throws {
        let (fixture, times) = try await Self.trail()
        fixture.clock.tick()
        #expect(try await fixture.catalog.pruneAudit(before: times[6], by: .server) == 6)
        #expect(try await Self.seqs(fixture.catalog) == [7, 8, 9, 10, 11])
        let last = try #require(try await fixture.catalog.auditEntries(AuditFilter(), limit: 1).first)
        #expect(last.action == "audit.prune" && last.details == #"{"through":"6","entries":"6"}"#)
        let found = try await fixture.catalog.verifyAudit()
        #expect(found.isSound && found.entries == 5 && found.prunedThrough == 6)

        // Nothing is older: nothing is told.
        #expect(try await fixture.catalog.pruneAudit(before: times[6], by: .server) == 0)
        #expect(try await fixture.catalog.pruneAudit(before: 0, by: .server) == 0)
        #expect(try await Self.seqs(fixture.catalog) == [7, 8, 9, 10, 11])
        // All of it goes, and the numbers go on.
        #expect(try await fixture.catalog.pruneAudit(before: .max, by: .server) == 5)
        #expect(try await Self.seqs(fixture.catalog) == [12])
        #expect(try await fixture.catalog.verifyAudit().isSound)
    }

    @Test func `an entry stays that an older one stands behind`() async throws {
        let fixture = try await CatalogFixture()
        let now = fixture.clock.now
        fixture.clock.now = now - 1_000_000_000
        try await fixture.catalog.note(.featureCreate, "f", by: .server)
        #expect(try await fixture.catalog.pruneAudit(before: now, by: .server) == 0)
    }

    @Test func `what is cut off or changed behind an anchor is noticed, and so is the anchor`() async throws {
        let changes: [(sql: String, problem: AuditProblem)] = [
            ("DELETE FROM audit WHERE seq = 7", .missing(from: 7, through: 7)),
            ("UPDATE audit SET target = 'x' WHERE seq = 7", .changed(seq: 7)),
            ("DELETE FROM audit", .cutOff(from: 7, through: 11)),
            ("DELETE FROM audit_marks WHERE name = 'anchor'", .missing(from: 1, through: 6)),
            (
                "UPDATE audit_marks SET seq = 8, link = (SELECT link FROM audit WHERE seq = 8) WHERE name = 'anchor'",
                .unproven(from: 7, through: 8)
            ),
            (
                "UPDATE audit_marks SET seq = 8, link = (SELECT link FROM audit WHERE seq = 8) WHERE name = 'anchor';"
                    + "DELETE FROM audit WHERE seq <= 8", .anchorChanged
            ),
            (
                "DELETE FROM audit_marks WHERE name = 'anchor'; UPDATE audit_marks SET name = 'anchor'",
                .otherKey
            ),
        ]
        for change in changes {
            let (fixture, times) = try await Self.trail()
            _ = try await fixture.catalog.pruneAudit(before: times[6], by: .server)
            try await DatabaseQueue(path: fixture.catalog.path).write { try $0.execute(sql: change.sql) }
            #expect(try await fixture.catalog.verifyAudit().problem == change.problem, "\(change.sql)")
        }
    }

    @Test func `a damaged trail is not pruned unless it must be, and then it tells`() async throws {
        let (fixture, times) = try await Self.trail()
        try await DatabaseQueue(path: fixture.catalog.path)
            .write { try $0.execute(sql: "UPDATE audit SET target = 'x' WHERE seq = 3") }
        await #expect(throws: CatalogError.auditDamaged(.changed(seq: 3))) {
            try await fixture.catalog.pruneAudit(before: times[6], by: .server)
        }
        #expect(try await fixture.catalog.pruneAudit(before: times[6], evenDamaged: true, by: .server) == 6)
        let last = try #require(try await fixture.catalog.auditEntries(AuditFilter(), limit: 1).first)
        #expect(last.details.contains("entry 3 was changed"))
        #expect(try await fixture.catalog.verifyAudit().isSound)
    }

    @Test func `another key proves nothing of what was written before, and all that comes`() async throws {
        let (fixture, _) = try await Self.trail()
        let other = try Catalog(directory: fixture.directory.path, clock: fixture.clock.catalogClock)
        #expect(try await other.keepAudit(with: .test(8)) == false)
        #expect(try await other.verifyAudit().problem == .otherKey)
        _ = try await other.createOrganization(name: "next", by: .server)
        #expect(try await Self.seqs(other) == Array(1...12))
        #expect(try await other.verifyAudit().problem == .unproven(from: 1, through: 10))
        #expect(try await other.keepAudit(with: .test(8)))
        // What cannot be proven can be pruned; what is left is sound.
        fixture.clock.tick()
        let now = fixture.clock.now
        _ = try await other.createOrganization(name: "later", by: .server)
        #expect(try await other.pruneAudit(before: now, evenDamaged: true, by: .server) == 12)
        #expect(try await other.verifyAudit().isSound)
    }

    @Test func `the key is asked for before there is an entry, too`() async throws {
        let fixture = try await CatalogFixture()
        try await DatabaseQueue(path: fixture.catalog.path)
            .write { try $0.execute(sql: "DELETE FROM audit; DELETE FROM audit_marks") }
        let second = try Catalog(directory: fixture.directory.path)
        #expect(try await second.keepAudit(with: .test(8)))
        #expect(try await second.verifyAudit() == AuditVerification())
    }

    @Test func `a number beyond all bounds is an error, not a crash`() async throws {
        let (fixture, _) = try await Self.trail()
        try await DatabaseQueue(path: fixture.catalog.path)
            .write { try $0.execute(sql: "UPDATE audit_marks SET seq = 9223372036854775807") }
        await #expect(throws: CatalogError.self) { try await fixture.key("next") }
        #expect(try await fixture.catalog.verifyAudit().problem == .headChanged(seq: 10))
    }
}
