import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import GRDB
import Testing

@testable import FStoreCatalog

@Suite("Changes of users")
struct UserChangeTests {
    private let fixture: CatalogFixture
    private var catalog: Catalog { fixture.catalog }

    init() async throws {
        fixture = try await CatalogFixture()
    }

    private func make(_ name: String, _ role: Role, organization: Int64? = nil) async throws -> User {
        fixture.clock.tick()
        return try await catalog.createUser(
            NewUser(username: name, email: "\(name)@example.com", role: role),
            organization: organization ?? fixture.ours,
            by: .server
        )
    }

    private func disable(_ user: User, _ isDisabled: Bool = true) async throws -> User {
        try await catalog.setDisabled(isDisabled, user: user.id, organization: user.organizationID, by: .server)
    }

    private func setRole(_ role: Role, _ user: User) async throws -> User {
        try await catalog.setRole(role, ofUser: user.id, organization: user.organizationID, by: .server)
    }

    @Test func `a user is found by either id, and in another organization only by who may look there`() async throws {
        for text in ["\(fixture.foreigner.id)", fixture.foreigner.publicID] {
            let reference = try #require(UserReference(text))
            #expect(try await catalog.user(reference, organization: nil) == fixture.foreigner)
            #expect(try await catalog.user(reference, organization: fixture.theirs) == fixture.foreigner)
            await #expect(throws: CatalogError.notFound) {
                try await catalog.user(reference, organization: fixture.ours)
            }
        }
        for text in ["", "0", "01", "-1", "+1", "1e3", "usr", "ann", "9007199254740992", "usr_\n"] {
            #expect(UserReference(text) == nil, "\(text)")
        }
    }

    @Test func `name and address change, and an address is nobody else's, whatever its case`() async throws {
        let ann = try await make("ann", .viewer)
        fixture.clock.tick()
        let changed = try await catalog.updateUser(
            ann.id,
            organization: fixture.ours,
            update: UserUpdate(fullName: "Ann Lee"),
            by: .server
        )
        #expect(changed.fullName == "Ann Lee" && changed.email == ann.email && changed.updated == fixture.clock.now)
        #expect(changed.created == ann.created)
        for (user, organization) in [(fixture.user, fixture.ours), (fixture.foreigner, fixture.theirs)] {
            await #expect(throws: CatalogError.addressTaken("ANN@example.com")) {
                try await catalog.updateUser(
                    user.id,
                    organization: organization,
                    update: UserUpdate(email: "ANN@example.com"),
                    by: .server
                )
            }
        }
        // Their own one in another case is theirs.
        let other = try await catalog.updateUser(
            ann.id,
            organization: fixture.ours,
            update: UserUpdate(email: "Ann@example.com"),
            by: .server
        )
        #expect(other.email == "Ann@example.com")
    }

    @Test func `a key opens no more than its user may, and nothing while the user is disabled`() async throws {
        let admin = try await make("bob", .admin)
        _ = try await make("chief", .operator)
        let code = APIKeyCode.generate(userID: admin.id)
        _ = try await catalog.createKey(
            NewAPIKey(code: code, name: "k", role: .admin),
            organization: fixture.ours,
            by: .server
        )
        func roles() async throws -> [Role] { try await catalog.usableKeys().map(\.role) }
        #expect(try await roles() == [.admin])
        _ = try await setRole(.viewer, admin)
        #expect(try await roles() == [.viewer])
        // The key itself keeps what it was made for.
        #expect(try await catalog.keys(organization: fixture.ours, offset: 0, limit: 9).items.map(\.role) == [.admin])
        _ = try await setRole(.operator, admin)
        #expect(try await roles() == [.admin])
        #expect(try await disable(admin).disabled == fixture.clock.now)
        #expect(try await roles() == [])
        #expect(try await disable(admin, false).disabled == nil)
        #expect(try await roles() == [.admin])
    }

    @Test func `a user who is removed leaves a row without a person, and their name and address are free`() async throws
    {
        let ann = try await make("ann", .developer)
        let code = APIKeyCode.generate(userID: ann.id)
        let key = try await catalog.createKey(
            NewAPIKey(code: code, name: "k", role: .viewer),
            organization: fixture.ours,
            by: .server
        )
        _ = try await catalog.createInvitation(
            "new@example.com",
            role: .viewer,
            code: OpaqueToken.generate(.invitation).digest,
            lifetime: 1,
            organization: fixture.ours,
            invitedBy: ann.id,
            by: .server
        )
        try await catalog.removeUser(ann.id, organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.notFound) { try await catalog.user(ann.id, organization: fixture.ours) }
        #expect(try await catalog.users(organization: fixture.ours).map(\.username) == ["ada"])
        #expect(try await catalog.users(organization: fixture.ours, offset: 0, limit: 10).total == 1)
        #expect(try await catalog.usableKeys() == [])
        #expect(try await catalog.key(key.id, organization: fixture.ours).revoked == fixture.clock.now)
        await #expect(throws: CatalogError.notFound) {
            try await catalog.createKey(
                NewAPIKey(code: code, name: "more", role: .viewer),
                organization: fixture.ours,
                by: .server
            )
        }
        let again = try await make("ann", .viewer)
        #expect(again.id != ann.id && again.email == ann.email)
        // Removed ones are called so, and nobody else.
        await #expect(throws: CatalogError.nameTaken("removed-77")) { try await make("removed-77", .viewer) }
        try await catalog.removeUser(again.id, organization: fixture.ours, by: .server)
        #expect(try await catalog.check() == [])
    }

    @Test func `the last admin of an organization stays`() async throws {
        await #expect(throws: CatalogError.lastAdmin) { try await disable(fixture.user) }
        await #expect(throws: CatalogError.lastAdmin) { try await setRole(.developer, fixture.user) }
        await #expect(throws: CatalogError.lastAdmin) {
            try await catalog.removeUser(fixture.user.id, organization: fixture.ours, by: .server)
        }
        #expect(try await catalog.user(fixture.user.id, organization: fixture.ours) == fixture.user)
        let second = try await make("bob", .admin)
        // A disabled one is no successor.
        _ = try await disable(second)
        await #expect(throws: CatalogError.lastAdmin) { try await setRole(.viewer, fixture.user) }
        _ = try await disable(second, false)
        #expect(try await setRole(.viewer, fixture.user).role == .viewer)
        await #expect(throws: CatalogError.lastAdmin) { try await disable(second) }
    }

    @Test func `the last operator of the server stays`() async throws {
        let chief = try await make("chief", .operator)
        await #expect(throws: CatalogError.lastOperator) { try await setRole(.admin, chief) }
        await #expect(throws: CatalogError.lastOperator) { try await disable(chief) }
        await #expect(throws: CatalogError.lastOperator) {
            try await catalog.removeUser(chief.id, organization: fixture.ours, by: .server)
        }
        _ = try await make("deputy", .operator, organization: fixture.theirs)
        #expect(try await setRole(.admin, chief).role == .admin)
        // The organization of the only operator goes neither.
        var update = OrganizationUpdate()
        update.isDisabled = true
        await #expect(throws: CatalogError.lastOperator) {
            try await catalog.updateOrganization(fixture.theirs, update: update, by: .server)
        }
        await #expect(throws: CatalogError.lastOperator) {
            try await catalog.beginDeletion(ofOrganization: fixture.theirs, by: .server)
        }
    }

    @Test func `of two invitations of an address the later one counts`() async throws {
        let codes = [OpaqueToken.generate(.invitation), .generate(.invitation)]
        for code in codes {
            let made = try await catalog.createInvitation(
                "Ann@example.com",
                role: .developer,
                code: code.digest,
                lifetime: 1_000_000_000,
                organization: fixture.ours,
                invitedBy: fixture.user.id,
                by: .server
            )
            #expect(made.expires == fixture.clock.now + 1_000_000_000 && made.id.hasPrefix("inv_"))
        }
        let stored = try await catalog.read { try Blob.fetchAll($0, sql: "SELECT digest FROM invitations") }
        #expect(stored.map(\.bytes) == [codes[1].digest.bytes])
        _ = try await make("bob", .viewer)
        await #expect(throws: CatalogError.addressTaken("bob@EXAMPLE.com")) {
            try await catalog.createInvitation(
                "bob@EXAMPLE.com",
                role: .viewer,
                code: codes[0].digest,
                lifetime: 1,
                organization: fixture.theirs,
                invitedBy: fixture.foreigner.id,
                by: .server
            )
        }
    }
}
