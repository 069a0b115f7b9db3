import FStoreIdentity
import FStoreCatalog
import FStoreSecurity
import FStoreTestSupport
import Testing

@Suite("Organizations and users")
struct OrganizationTests {
    private let directory = TemporaryDirectory()

    @Test func `the first start makes an organization, an operator and a key together`() async throws {
        let clock = TestClock()
        let catalog = try await Catalog(directory: directory.path, clock: clock.catalogClock).audited()
        let code = APIKeyCode.generate(userID: 1)
        let key = NewAPIKey(code: code, name: "first", role: .operator, quota: .unlimited)
        #expect(try await catalog.createFirst(organization: "default", username: "op", fullName: "Op", key: key))

        let organization = try await catalog.organization(named: "default")
        #expect(organization.id == 1 && organization.created == clock.now)
        let user = try #require(try await catalog.users(organization: 1).first)
        #expect(user.id == 1 && user.username == "op" && user.role == .operator)
        let stored = try #require(try await catalog.usableKeys().first)
        #expect(stored.digest == SHA256.digest(of: code.text))
        #expect(stored.userID == 1 && stored.organizationID == 1 && stored.role == .operator)
        #expect(stored.prefix == code.prefix && stored.quota == .unlimited && stored.name == "first")
    }

    @Test func `a key that somebody chose decides the operator's id`() async throws {
        let catalog = try await Catalog(directory: directory.path).audited()
        let code = try APIKeyCode("fl_42_" + String(repeating: "aB3", count: 11))
        let key = NewAPIKey(code: code, name: "first", role: .operator)
        #expect(try await catalog.createFirst(organization: "default", username: "op", fullName: "Op", key: key))
        #expect(try await catalog.users(organization: 1).map(\.id) == [42])
        #expect(
            try await catalog.createUser(NewUser(username: "next", role: .viewer), organization: 1, by: .server).id
                == 43
        )
    }

    @Test func `a second first start changes nothing`() async throws {
        let fixture = try await CatalogFixture()
        let key = NewAPIKey(code: .generate(userID: 1), name: "first", role: .operator)
        let made = try await fixture.catalog.createFirst(organization: "more", username: "op", fullName: "Op", key: key)
        #expect(!made)
        #expect(try await fixture.catalog.organizations().map(\.name) == ["ours", "theirs"])
        #expect(try await fixture.catalog.usableKeys() == [])
    }

    @Test func `organizations have names of their own and numbers in sequence`() async throws {
        let fixture = try await CatalogFixture()
        #expect([fixture.ours, fixture.theirs] == [1, 2])
        await #expect(throws: CatalogError.nameTaken("ours")) {
            try await fixture.catalog.createOrganization(name: "ours", by: .server)
        }
        await #expect(throws: CatalogError.notFound) { try await fixture.catalog.organization(named: "Ours") }
        #expect(try await fixture.catalog.organization(named: "theirs").id == 2)
    }

    @Test func `a username is taken within its organization only`() async throws {
        let fixture = try await CatalogFixture()
        #expect(fixture.user.username == fixture.foreigner.username && fixture.user.id != fixture.foreigner.id)
        await #expect(throws: CatalogError.nameTaken("ada")) {
            try await fixture.catalog.createUser(
                NewUser(username: "ada", role: .viewer),
                organization: fixture.ours,
                by: .server
            )
        }
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.createUser(NewUser(username: "ada", role: .viewer), organization: 3, by: .server)
        }
    }

    @Test func `a foreign user is not found`() async throws {
        let fixture = try await CatalogFixture()
        #expect(try await fixture.catalog.users(organization: fixture.ours) == [fixture.user])
        #expect(try await fixture.catalog.user(fixture.user.id, organization: fixture.ours) == fixture.user)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.user(fixture.foreigner.id, organization: fixture.ours)
        }
    }

    @Test func `roles are ordered`() {
        #expect(Role.allCases.sorted() == [.viewer, .developer, .admin, .operator])
        #expect(Role.allCases.map(\.rawValue) == ["viewer", "developer", "admin", "operator"])
    }
}
