import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import GRDB
import Testing

@testable import FStoreCatalog

@Suite("Changes of organizations")
struct OrganizationChangeTests {
    private let fixture: CatalogFixture
    private var catalog: Catalog { fixture.catalog }

    init() async throws {
        fixture = try await CatalogFixture()
    }

    private func update(
        _ id: Int64,
        _ change: (inout OrganizationUpdate) -> Void
    ) async throws(CatalogError) -> FStoreCatalog.Organization {
        var update = OrganizationUpdate()
        change(&update)
        return try await catalog.updateOrganization(id, update: update, by: .server)
    }

    @Test func `quotas are set, kept and taken away, and count unless the tier is unlimited`() async throws {
        #expect(try await catalog.organization(fixture.theirs).effectiveQuotas == OrganizationQuotas())
        let limited = try await update(fixture.theirs) {
            $0.maxStoredBytes = .some(1000)
            $0.maxWritesPerSecond = .some(5)
        }
        #expect(limited.quotas == OrganizationQuotas(maxStoredBytes: 1000, maxWritesPerSecond: 5))
        #expect(limited.effectiveQuotas == limited.quotas)
        let fewer = try await update(fixture.theirs) { $0.maxStoredBytes = .some(nil) }
        #expect(fewer.quotas == OrganizationQuotas(maxWritesPerSecond: 5))
        let free = try await update(fixture.theirs) { $0.tier = .unlimited }
        #expect(free.quotas == fewer.quotas && free.effectiveQuotas == OrganizationQuotas())
        try await catalog.noteStoredBytes(77, ofOrganization: fixture.theirs)
        #expect(try await catalog.organization(fixture.theirs).stored?.bytes == 77)
    }

    @Test func `a name is unique, and that of a deleted one is nobody's`() async throws {
        for name in ["ours", "deleted-9"] {
            await #expect(throws: CatalogError.nameTaken(name)) { try await update(fixture.theirs) { $0.name = name } }
        }
        #expect(try await update(fixture.theirs) { $0.name = "yours" }.name == "yours")
        await #expect(throws: CatalogError.nameTaken("deleted-9")) {
            try await catalog.createOrganization(name: "deleted-9", by: .server)
        }
    }

    @Test func `keys of a disabled organization open nothing, and the first one is not disabled`() async throws {
        let code = APIKeyCode.generate(userID: fixture.foreigner.id)
        _ = try await catalog.createKey(
            NewAPIKey(code: code, name: "k", role: .viewer),
            organization: fixture.theirs,
            by: .server
        )
        _ = try await update(fixture.theirs) { $0.isDisabled = true }
        #expect(try await catalog.usableKeys() == [])
        #expect(try await update(fixture.theirs) { $0.isDisabled = false }.disabled == nil)
        #expect(try await catalog.usableKeys().count == 1)
        await #expect(throws: CatalogError.firstOrganization) {
            try await update(fixture.ours) { $0.isDisabled = true }
        }
        await #expect(throws: CatalogError.firstOrganization) {
            try await catalog.beginDeletion(ofOrganization: fixture.ours, by: .server)
        }
    }

    /// Tables whose rows belong to organizations, by name.
    private func tables() async throws -> [String] {
        let sql = """
            SELECT name FROM sqlite_schema AS tables WHERE type = 'table' AND EXISTS
                (SELECT * FROM pragma_table_info(tables.name) WHERE name = 'organization_id') ORDER BY name
            """
        return try await catalog.read { try String.fetchAll($0, sql: sql) }
    }

    private func tablesWithRows(of organization: Int64) async throws -> [String] {
        let tables = try await self.tables()
        return try await catalog.read { database in
            try tables.filter { table in
                let rows = "SELECT EXISTS (SELECT * FROM \(table) WHERE organization_id = ?)"
                return try Bool.fetchOne(database, sql: rows, arguments: [organization]) == true
            }
        }
    }

    @Test func `a deletion ends what opens at once, and removes every row in the end`() async throws {
        let theirs = fixture.theirs
        let code = APIKeyCode.generate(userID: fixture.foreigner.id)
        _ = try await catalog.createKey(
            NewAPIKey(code: code, name: "k", role: .viewer),
            organization: theirs,
            by: .server
        )
        let source = NewSource(
            name: "s",
            type: "file",
            config: "{}",
            sealedSecrets: [SealedSecret(name: "token", bytes: [1])]
        )
        _ = try await catalog.createSource(source, organization: theirs, by: .server)
        _ = try await catalog.createInvitation(
            "x@example.com",
            role: .viewer,
            code: OpaqueToken.generate(.invitation).digest,
            lifetime: 1,
            organization: theirs,
            invitedBy: fixture.foreigner.id,
            by: .server
        )
        try await catalog.write { database in
            try database.execute(
                sql: """
                    INSERT INTO teams (organization_id, name, created) VALUES (2, 't', 1);
                    INSERT INTO team_members VALUES (2, 1, 2, 1);
                    INSERT INTO patterns VALUES (2, 'p', 1, '', '', 2, 1);
                    INSERT INTO sessions (id, organization_id, user_id, address, created, authenticated, refreshed,
                        expires) VALUES ('ses_1', 2, 2, '', 1, 1, 1, 9);
                    INSERT INTO ingestion_jobs VALUES ('job_1', 2, 'running', NULL, NULL, 1, NULL);
                    INSERT INTO webhooks VALUES ('webhook_1', 2, 'u', x'00', x'00', 'ingestion.completed', 1, 1);
                    INSERT INTO webhook_deliveries
                        (id, webhook_id, organization_id, event, payload, state, not_before, created)
                        VALUES ('msg_1', 'webhook_1', 2, 'e', '{}', 'waiting', 1, 1);
                    INSERT INTO exports (id, organization_id, user_id, request, state, created, expires)
                        VALUES ('export_1', 2, 2, '{}', 'completed', 1, 2);
                    INSERT INTO materializations (feature_id, organization_id, source) VALUES ('f', 2, '{}');
                    INSERT INTO ingestion_runs (id, job_id, organization_id, source_id, state, not_before)
                        SELECT 'run_1', 'job_1', 2, id, 'waiting', 1 FROM sources WHERE organization_id = 2;
                    """
            )
            for _ in 0..<25 {
                try database.execute(
                    sql: "INSERT INTO pattern_metrics (organization_id, user_id, type, pattern, seconds_saved, "
                        + "created) VALUES (2, 2, 'm', 'p', 1, 1)"
                )
            }
        }
        let policy = PolicyValues(autoSyncEnabled: false)
        _ = try await catalog.setPolicy(policy, enforced: [], organization: theirs, by: .server)
        // A table that is added later needs a row here, so that it shows that its rows go too.
        #expect(try await tablesWithRows(of: theirs) == tables())
        try await fixture.source("kept")
        let deleted = try await catalog.beginDeletion(ofOrganization: theirs, by: .server)
        #expect(deleted.deletionBegan == fixture.clock.now && deleted.name == "deleted-2")
        #expect(try await catalog.usableKeys() == [])
        #expect(try await catalog.users(organization: theirs) == [])
        #expect(try await catalog.organizationsBeingDeleted() == [deleted])
        // Once more changes nothing, and nothing else is changed.
        #expect(try await catalog.beginDeletion(ofOrganization: theirs, by: .server) == deleted)
        await #expect(throws: CatalogError.organizationDeleted) { try await update(theirs) { $0.tier = .unlimited } }
        await #expect(throws: CatalogError.organizationDeleted) {
            try await catalog.createUser(NewUser(username: "new", role: .viewer), organization: theirs, by: .server)
        }
        _ = try await catalog.createOrganization(name: "theirs", by: .server)

        var slices = 0
        while try await !catalog.removeRows(ofDeletedOrganization: theirs, limit: 10) { slices += 1 }
        #expect(slices == 3)
        try await catalog.endDeletion(ofOrganization: theirs, by: .server)
        #expect(try await catalog.organization(theirs).deletionEnded == fixture.clock.now)
        #expect(try await catalog.organizationsBeingDeleted() == [])
        await #expect(throws: CatalogError.notFound) {
            try await catalog.removeRows(ofDeletedOrganization: fixture.ours, limit: 10)
        }
        #expect(try await catalog.check() == [])
        #expect(try await catalog.sources(organization: fixture.ours, offset: 0, limit: 10).total == 1)
        #expect(try await tablesWithRows(of: theirs) == ["audit", "users"])
        let trail = try await catalog.read { try String.fetchAll($0, sql: "SELECT action FROM audit ORDER BY seq") }
        #expect(trail.suffix(3) == ["organization.delete", "organization.create", "organization.erase"])
    }
}
