import FStoreCatalog
import FStoreIdentity
import Testing

@Suite("Policies in the catalog")
struct PolicyTests {
    @Test func `begins with what the document shows`() async throws {
        let fixture = try await CatalogFixture()
        let policy = try await fixture.catalog.policy(organization: fixture.ours)
        #expect(policy == .standard && policy.teamID == nil)
        #expect(policy.minConfidenceThreshold == 0.8 && policy.securityChecksRequired && policy.autoSyncEnabled)
        #expect(policy.enforced == [.securityChecksRequired, .minConfidenceThreshold])
    }

    @Test func `a change touches what it names, of one organization`() async throws {
        let fixture = try await CatalogFixture()
        let changed = try await fixture.set(PolicyValues(minConfidenceThreshold: 0.9))
        #expect(changed.minConfidenceThreshold == 0.9 && changed.autoSyncEnabled)
        #expect(changed.enforced == Policy.standard.enforced)
        let other = try await fixture.set(
            PolicyValues(autoSyncEnabled: false),
            enforced: [.autoSyncEnabled, .securityChecksRequired, .autoSyncEnabled]
        )
        #expect(other.minConfidenceThreshold == 0.9 && !other.autoSyncEnabled)
        #expect(other.enforced == [.securityChecksRequired, .autoSyncEnabled])
        #expect(try await fixture.catalog.policy(organization: fixture.ours) == other)
        #expect(try await fixture.set(PolicyValues(), enforced: []).enforced == [])
        #expect(try await fixture.catalog.policy(organization: fixture.theirs) == .standard)
    }

    @Test func `a team has the organization's settings, and its own in their place`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform").id
        _ = try await fixture.set(PolicyValues(), enforced: [.securityChecksRequired])
        let own = try await fixture.set(PolicyValues(minConfidenceThreshold: 0.5), team: team)
        #expect(own.teamID == team && own.minConfidenceThreshold == 0.5 && own.autoSyncEnabled)
        #expect(own.enforced == [.securityChecksRequired])
        _ = try await fixture.set(PolicyValues(minConfidenceThreshold: 0.95, autoSyncEnabled: false))
        let later = try await fixture.policy(of: team)
        #expect(later.minConfidenceThreshold == 0.5 && !later.autoSyncEnabled)
    }

    @Test func `a team cannot have another value for what is enforced`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform").id
        await #expect(throws: CatalogError.settingEnforced("min_confidence_threshold")) {
            try await fixture.set(PolicyValues(minConfidenceThreshold: 0.5, autoSyncEnabled: false), team: team)
        }
        #expect(try await fixture.policy(of: team).autoSyncEnabled)
        // The same value is no other one.
        let same = PolicyValues(minConfidenceThreshold: 0.8, securityChecksRequired: true, autoSyncEnabled: false)
        #expect(try await fixture.set(same, team: team).autoSyncEnabled == false)
    }

    @Test func `what is enforced later counts over what a team has set before`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform").id
        _ = try await fixture.set(PolicyValues(autoSyncEnabled: false), team: team)
        _ = try await fixture.set(PolicyValues(), enforced: [.autoSyncEnabled])
        #expect(try await fixture.policy(of: team).autoSyncEnabled)
        _ = try await fixture.set(PolicyValues(), enforced: [])
        #expect(try await fixture.policy(of: team).autoSyncEnabled == false)
    }

    @Test func `a team that sets the organization's value follows the organization again`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform").id
        _ = try await fixture.set(PolicyValues(autoSyncEnabled: false), team: team)
        _ = try await fixture.set(PolicyValues(autoSyncEnabled: true), team: team)
        _ = try await fixture.set(PolicyValues(autoSyncEnabled: false))
        #expect(try await fixture.policy(of: team).autoSyncEnabled == false)
    }

    @Test func `the audit trail says what changed, from what to what`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform").id
        let values = PolicyValues(minConfidenceThreshold: 0.9, securityChecksRequired: true)
        _ = try await fixture.set(values, enforced: [.autoSyncEnabled])
        _ = try await fixture.set(values)
        _ = try await fixture.set(PolicyValues(securityChecksRequired: false), team: team)
        #expect(
            try await fixture.trail("configuration.") == [
                #"configuration.update organization {"min_confidence_threshold":"0.8 -> 0.9","#
                    + #""enforced_settings":"security_checks_required min_confidence_threshold -> auto_sync_enabled"}"#,
                "configuration.update team \(team) {\"security_checks_required\":\"true -> false\"}",
            ]
        )
    }

    @Test func `is seen by members of the team alone, where a member is asked for`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        func asked(by user: Int64, organization: Int64) async throws -> Policy {
            try await fixture.catalog.policy(organization: organization, team: team.id, member: user)
        }
        await #expect(throws: CatalogError.notFound) {
            try await asked(by: fixture.user.id, organization: fixture.ours)
        }
        try await fixture.add(String(fixture.user.id), to: team)
        #expect(try await asked(by: fixture.user.id, organization: fixture.ours).teamID == team.id)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.policy(organization: fixture.theirs, team: team.id)
        }
        await #expect(throws: CatalogError.notFound) {
            let values = PolicyValues(autoSyncEnabled: false)
            return try await fixture.catalog.setPolicy(
                values,
                team: team.id,
                organization: fixture.theirs,
                by: .server
            )
        }
    }
}

extension CatalogFixture {
    func set(_ values: PolicyValues, enforced: [PolicySetting]? = nil) async throws -> Policy {
        try await catalog.setPolicy(values, enforced: enforced, organization: ours, by: .server)
    }

    func set(_ values: PolicyValues, team: Int64) async throws -> Policy {
        try await catalog.setPolicy(values, team: team, organization: ours, by: .server)
    }

    func policy(of team: Int64) async throws -> Policy {
        try await catalog.policy(organization: ours, team: team)
    }
}
