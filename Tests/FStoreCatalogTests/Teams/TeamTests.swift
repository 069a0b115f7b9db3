import FStoreCatalog
import FStoreIdentity
import Testing

@Suite("Teams in the catalog")
struct TeamTests {
    @Test func `a team is made without members, with a name of its own`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        #expect(team.name == "platform" && team.members.isEmpty && team.organizationID == fixture.ours)
        #expect(team.created == fixture.clock.now)
        await #expect(throws: CatalogError.nameTaken("platform")) { try await fixture.team("platform") }
        let theirs = try await fixture.catalog.createTeam(name: "platform", organization: fixture.theirs, by: .server)
        #expect(theirs.id != team.id)
    }

    @Test func `lists are of one organization, oldest first`() async throws {
        let fixture = try await CatalogFixture()
        let teams = [try await fixture.team("b"), try await fixture.team("a"), try await fixture.team("c")]
        _ = try await fixture.catalog.createTeam(name: "foreign", organization: fixture.theirs, by: .server)
        let all = try await fixture.catalog.teams(organization: fixture.ours, offset: 0, limit: 10)
        #expect(all == CatalogPage(items: teams, total: 3))
        let page = try await fixture.catalog.teams(organization: fixture.ours, offset: 1, limit: 1)
        #expect(page == CatalogPage(items: [teams[1]], total: 3))
    }

    @Test func `a member is named by either id, and added once`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        let bob = try await fixture.catalog.createUser(
            NewUser(username: "bob", role: .viewer),
            organization: fixture.ours,
            by: .server
        )
        for reference in [bob.publicID, String(bob.id), bob.publicID] {
            let changed = try await fixture.add(reference, to: team)
            #expect(changed.members.map(\.userID) == [bob.id] && changed.members.first?.username == "bob")
        }
        let both = try await fixture.add(String(fixture.user.id), to: team)
        #expect(both.members.map(\.publicID) == [fixture.user.publicID, bob.publicID])

        try await fixture.catalog.removeTeamMember(bob.publicID, from: team.id, organization: fixture.ours, by: .server)
        let listed = try await fixture.catalog.teams(organization: fixture.ours, offset: 0, limit: 10)
        #expect(listed.items.first?.members.map(\.userID) == [fixture.user.id])
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.removeTeamMember(
                bob.publicID,
                from: team.id,
                organization: fixture.ours,
                by: .server
            )
        }
    }

    @Test func `a member is named by the number as it is written, or by the id`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        for text in ["+\(fixture.user.id)", "0\(fixture.user.id)", fixture.user.username] {
            await #expect(throws: CatalogError.notFound) { try await fixture.add(text, to: team) }
        }
        #expect(try await fixture.add(fixture.user.publicID, to: team).members.count == 1)
    }

    @Test func `what another organization has is not found`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        let catalog = fixture.catalog
        await #expect(throws: CatalogError.notFound) { try await fixture.add(String(fixture.foreigner.id), to: team) }
        await #expect(throws: CatalogError.notFound) { try await fixture.add(fixture.foreigner.publicID, to: team) }
        await #expect(throws: CatalogError.notFound) {
            try await catalog.addTeamMember(
                String(fixture.foreigner.id),
                to: team.id,
                organization: fixture.theirs,
                by: .server
            )
        }
        await #expect(throws: CatalogError.notFound) {
            try await catalog.deleteTeam(team.id, organization: fixture.theirs, by: .server)
        }
    }

    @Test func `a team takes its members and its policy with it, and its number is not used again`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        try await fixture.add(String(fixture.user.id), to: team)
        let own = PolicyValues(autoSyncEnabled: false)
        _ = try await fixture.catalog.setPolicy(own, team: team.id, organization: fixture.ours, by: .server)
        try await fixture.catalog.deleteTeam(team.id, organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.policy(organization: fixture.ours, team: team.id)
        }
        let next = try await fixture.team("platform")
        #expect(next.id > team.id && next.members.isEmpty)
        #expect(try await fixture.catalog.policy(organization: fixture.ours, team: next.id).autoSyncEnabled)
        #expect(try await fixture.catalog.check() == [])
    }

    @Test func `the audit trail tells of every change, and of nothing that did not change`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("platform")
        for _ in 0..<2 { try await fixture.add(String(fixture.user.id), to: team) }
        await #expect(throws: CatalogError.nameTaken("platform")) { try await fixture.team("platform") }
        let user = String(fixture.user.id)
        try await fixture.catalog.removeTeamMember(user, from: team.id, organization: fixture.ours, by: .server)
        try await fixture.catalog.deleteTeam(team.id, organization: fixture.ours, by: .server)
        #expect(
            try await fixture.trail("team.") == [
                "team.create \(team.id) {\"name\":\"platform\"}", "team.delete \(team.id) {\"name\":\"platform\"}",
            ]
        )
        #expect(
            try await fixture.trail("team_member.") == [
                "team_member.add \(team.id) {\"user\":\"\(user)\"}",
                "team_member.remove \(team.id) {\"user\":\"\(user)\"}",
            ]
        )
    }

    @Test func `an organization has so many teams and no more`() async throws {
        let fixture = try await CatalogFixture()
        for number in 0..<Team.maxTeams { try await fixture.team("t\(number)") }
        await #expect(throws: CatalogError.tooMany(what: "teams", limit: Team.maxTeams)) {
            try await fixture.team("one more")
        }
        _ = try await fixture.catalog.createTeam(name: "theirs", organization: fixture.theirs, by: .server)
    }

    @Test func `a team has so many members and no more`() async throws {
        let fixture = try await CatalogFixture()
        let team = try await fixture.team("everybody")
        for number in 0..<Team.maxMembers {
            let user = NewUser(username: "u\(number)", role: .viewer)
            let made = try await fixture.catalog.createUser(user, organization: fixture.ours, by: .server)
            try await fixture.add(String(made.id), to: team)
        }
        await #expect(throws: CatalogError.tooMany(what: "members of this team", limit: Team.maxMembers)) {
            try await fixture.add(String(fixture.user.id), to: team)
        }
    }
}

extension CatalogFixture {
    /// A team of ours, one second later than whatever came before.
    @discardableResult
    func team(_ name: String) async throws -> Team {
        clock.tick()
        return try await catalog.createTeam(name: name, organization: ours, by: .server)
    }

    @discardableResult
    func add(_ user: String, to team: Team) async throws -> Team {
        try await catalog.addTeamMember(user, to: team.id, organization: ours, by: .server)
    }
}
