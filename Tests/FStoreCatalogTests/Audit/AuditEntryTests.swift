import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import GRDB
import Testing

@testable import FStoreCatalog

/// A change of the catalog that the audit trail tells of.
struct AuditedChange: CustomTestStringConvertible, Sendable {
    let action: String
    /// Makes the change once more from the state that `prepare` has left, and says what was changed.
    let make: @Sendable (CatalogFixture, Prepared) async throws -> String
    /// What the entry has beside the target.
    let details: String

    var testDescription: String { action }

    /// What there is to change.
    struct Prepared: Sendable {
        let key: String
        let source: String
    }

    static let all: [AuditedChange] = [
        AuditedChange(
            action: "organization.create",
            make: { fixture, _ in
                String(try await fixture.catalog.createOrganization(name: "new", by: .typing).id)
            },
            details: #"{"name":"new"}"#
        ),
        AuditedChange(
            action: "user.create",
            make: { fixture, _ in
                let user = NewUser(username: "bob", role: .viewer)
                return try await fixture.catalog.createUser(user, organization: fixture.ours, by: .typing).publicID
            },
            details: #"{"username":"bob","role":"viewer"}"#
        ),
        AuditedChange(
            action: "key.create",
            make: { fixture, _ in
                let code = try APIKeyCode("fl_1_" + String(repeating: "aB3", count: 11))
                let key = NewAPIKey(code: code, name: "k", role: .viewer)
                return try await fixture.catalog.createKey(key, organization: fixture.ours, by: .typing).id
            },
            details: #"{"name":"k","prefix":"fl_1_aB3a…","role":"viewer","user":"1","rate_limit":"standard"}"#
        ),
        AuditedChange(
            action: "key.revoke",
            make: { fixture, known in
                try await fixture.catalog.revokeKey(known.key, organization: fixture.ours, by: .typing).id
            },
            details: #"{"name":"old"}"#
        ),
        AuditedChange(
            action: "source.create",
            make: { fixture, _ in
                var source = NewSource(name: "new", type: "http", config: #"{"url":"hidden"}"#)
                source.sealedSecrets = [SealedSecret(name: "token", bytes: [1])]
                return try await fixture.catalog.createSource(source, organization: fixture.ours, by: .typing).id
            },
            details: #"{"name":"new","type":"http"}"#
        ),
        AuditedChange(
            action: "source.update",
            make: { fixture, known in
                let update = SourceUpdate(
                    config: #"{"host":"hidden"}"#,
                    sealedSecrets: [SealedSecret(name: "token", bytes: [7])],
                    removedSecrets: ["password"]
                )
                return try await fixture.catalog
                    .updateSource(known.source, organization: fixture.ours, update: update, by: .typing).id
            },
            details: #"{"name":"warehouse","changed":"config secret:password secret:token"}"#
        ),
        AuditedChange(
            action: "source.delete",
            make: { fixture, known in
                try await fixture.catalog.deleteSource(known.source, organization: fixture.ours, by: .typing)
                return known.source
            },
            details: #"{"name":"warehouse"}"#
        ),
    ]
}

extension AuditActor {
    fileprivate static let typing = AuditActor.commandLine("uid 7")
}

@Suite("Entries of the audit trail")
struct AuditEntryTests {
    private static func prepared() async throws -> (CatalogFixture, AuditedChange.Prepared) {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("old").id
        let source = try await fixture.source("warehouse").id
        fixture.clock.tick()
        return (fixture, AuditedChange.Prepared(key: key, source: source))
    }

    /// Everything that the catalog holds but the trail.
    private static func content(_ fixture: CatalogFixture) async throws -> [String] {
        try await fixture.catalog.read { database in
            try ["organizations", "users", "api_keys", "sources", "source_secrets", "this_catalog"]
                .flatMap { table in
                    try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
                }
        }
    }

    @Test(arguments: AuditedChange.all)
    func `every change leaves an entry that tells of it`(change: AuditedChange) async throws {
        let (fixture, known) = try await Self.prepared()
        let before = try await fixture.catalog.auditEntries(AuditFilter(), limit: 100)
        let target = try await change.make(fixture, known)
        let entries = try await fixture.catalog.auditEntries(AuditFilter(), limit: 100)
        #expect(entries.count == before.count + 1)
        let entry = try #require(entries.first)
        #expect(entry.action == change.action && entry.target == target && entry.details == change.details)
        #expect(entry.actor == "command line: uid 7" && entry.time == fixture.clock.now)
        #expect(entry.organizationID == (change.action == "organization.create" ? 3 : fixture.ours))
        #expect(entry.credential == nil && entry.address == nil && entry.requestID == nil)
        #expect(!"\(entries)".contains("hidden"))
        #expect(try await fixture.catalog.verifyAudit().isSound)
    }

    @Test(arguments: AuditedChange.all)
    func `without its entry there is no change`(change: AuditedChange) async throws {
        let (fixture, known) = try await Self.prepared()
        try await fixture.refuseEntries()
        let before = try await Self.content(fixture)
        await #expect(throws: CatalogError.self) { try await change.make(fixture, known) }
        #expect(try await Self.content(fixture) == before)
        #expect(try await fixture.catalog.verifyAudit().isSound)
        try await fixture.acceptEntries()
        _ = try await change.make(fixture, known)
        #expect(try await Self.content(fixture) != before)
    }

    @Test(arguments: AuditedChange.all)
    func `without its change there is no entry`(change: AuditedChange) async throws {
        let (fixture, known) = try await Self.prepared()
        let before = try await fixture.catalog.auditEntries(AuditFilter(), limit: 100)
        // The commit number is the last thing that a transaction writes.
        let refusal = "CREATE TRIGGER refused BEFORE UPDATE ON this_catalog BEGIN SELECT RAISE(ABORT, 'no'); END"
        try await DatabaseQueue(path: fixture.catalog.path).write { try $0.execute(sql: refusal) }
        await #expect(throws: CatalogError.self) { try await change.make(fixture, known) }
        #expect(try await fixture.catalog.auditEntries(AuditFilter(), limit: 100) == before)
        #expect(try await fixture.catalog.verifyAudit().isSound)
    }

    @Test func `a catalog that has no chain changes nothing, and is read`() async throws {
        let (fixture, known) = try await Self.prepared()
        let other = try CatalogFixture(reading: fixture)
        let before = try await Self.content(fixture)
        for change in AuditedChange.all {
            await #expect(throws: CatalogError.auditClosed) { try await change.make(other, known) }
        }
        await #expect(throws: CatalogError.auditClosed) { try await other.catalog.verifyAudit() }
        #expect(try await Self.content(other) == before)
        #expect(try await other.catalog.auditEntries(AuditFilter(), limit: 100).count == 6)
    }

    @Test func `the first start tells of all that it makes`() async throws {
        let directory = TemporaryDirectory()
        let catalog = try await Catalog(directory: directory.path).audited()
        let key = NewAPIKey(code: .generate(userID: 1), name: "first", role: .operator)
        for _ in 0..<2 {
            _ = try await catalog.createFirst(organization: "default", username: "op", fullName: "Op", key: key)
        }
        let entries = try await catalog.auditEntries(AuditFilter(), limit: 100)
        #expect(entries.map(\.action) == ["key.create", "user.create", "organization.create"])
        #expect(entries.allSatisfy { $0.actor == "server" && $0.organizationID == 1 })
    }

    @Test func `revoking what is revoked changes nothing and tells nothing`() async throws {
        let (fixture, known) = try await Self.prepared()
        for _ in 0..<2 { _ = try await fixture.catalog.revokeKey(known.key, organization: fixture.ours, by: .server) }
        var filter = AuditFilter()
        filter.action = "key.revoke"
        #expect(try await fixture.catalog.auditEntries(filter, limit: 9).count == 1)
    }

    @Test func `a request is told with its credential, address and id`() async throws {
        let fixture = try await CatalogFixture()
        let caller = Principal(
            credential: .key("key_7"),
            userID: fixture.user.id,
            organizationID: fixture.ours,
            space: 0,
            role: .admin
        )
        let origin = RequestOrigin(address: "192.0.2.7", requestID: "req_7")
        let actor = RequestOrigin.$current.withValue(origin) { AuditActor(caller) }
        try await fixture.catalog.note(.featureCreate, "f", at: 5, by: actor)
        let entry = try #require(try await fixture.catalog.auditEntries(AuditFilter(), limit: 1).first)
        #expect(entry.actor == "user \(fixture.user.id)" && entry.credential == "key_7" && entry.time == 5)
        #expect(entry.address == "192.0.2.7" && entry.requestID == "req_7" && entry.organizationID == fixture.ours)
    }

    @Test func `filters choose, and pages follow one another`() async throws {
        let fixture = try await CatalogFixture()
        for number in 0..<5 {
            fixture.clock.now = Int64(number) * 10
            try await fixture.catalog.note(
                number.isMultiple(of: 2) ? .featureCreate : .featureDelete,
                "f\(number)",
                organization: number == 4 ? fixture.theirs : fixture.ours,
                by: .user(fixture.user)
            )
        }
        func targets(limit: Int = 100, _ narrow: (inout AuditFilter) -> Void) async throws -> [String] {
            var filter = AuditFilter()
            narrow(&filter)
            return try await fixture.catalog.auditEntries(filter, limit: limit).map(\.target)
        }
        #expect(try await targets { $0.action = "feature.create" } == ["f4", "f2", "f0"])
        #expect(try await targets { $0.action = "feature." } == ["f4", "f3", "f2", "f1", "f0"])
        #expect(try await targets { $0.action = "feature" } == [])
        #expect(try await targets { $0.action = "%." } == [])
        #expect(try await targets { $0.target = "f3" } == ["f3"])
        for actor in ["user \(fixture.user.id)", "\(fixture.user.id)", fixture.user.publicID] {
            #expect(try await targets { $0.actor = actor } == ["f4", "f3", "f2", "f1", "f0"])
        }
        #expect(try await targets { $0.actor = "7 OR 1=1" } == [])
        let ours = fixture.ours
        #expect(
            try await targets {
                $0.organization = ours
                $0.action = "feature."
            } == ["f3", "f2", "f1", "f0"]
        )
        #expect(
            try await targets {
                $0.since = 10
                $0.until = 30
            } == ["f3", "f2", "f1"]
        )
        let page = try await targets(limit: 2) { $0.action = "feature." }
        #expect(page == ["f4", "f3"])
        #expect(
            try await targets(limit: 2) {
                $0.action = "feature."
                $0.before = 8
            } == ["f2", "f1"]
        )
    }
}
