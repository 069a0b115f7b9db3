import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import Testing

@Suite("Accounts in the catalog")
struct AccountTests {
    private static func user(_ name: String, email: String? = nil) -> NewUser {
        NewUser(username: name, email: email ?? "\(name)@example.com", role: .admin, password: "hash")
    }

    @Test func `registering makes the organization and its admin, or neither`() async throws {
        let fixture = try await CatalogFixture()
        let made = try await fixture.catalog.register(Self.user("ann"), organization: "Acme", by: .stranger)
        #expect(made.role == .admin && made.canSignIn && made.publicID.hasPrefix("usr_"))
        let count = try await fixture.catalog.organizations().count
        await #expect(throws: CatalogError.nameTaken("Acme")) {
            _ = try await fixture.catalog.register(Self.user("bob"), organization: "Acme", by: .stranger)
        }
        await #expect(throws: CatalogError.nameTaken("ANN")) {
            _ = try await fixture.catalog.register(Self.user("ANN", email: "x@y.z"), organization: "B", by: .stranger)
        }
        await #expect(throws: CatalogError.addressTaken("Ann@Example.com")) {
            let other = Self.user("bob", email: "Ann@Example.com")
            _ = try await fixture.catalog.register(other, organization: "B", by: .stranger)
        }
        #expect(try await fixture.catalog.organizations().count == count)
    }

    @Test func `a name that is somebody else's address opens the account of the address`() async throws {
        let fixture = try await CatalogFixture()
        let owner = try await fixture.catalog.register(
            Self.user("ann", email: "ann@example.com"),
            organization: "A",
            by: .stranger
        )
        _ = try await fixture.catalog.register(
            Self.user("ann@example.com", email: "other@example.com"),
            organization: "B",
            by: .stranger
        )
        #expect(try await fixture.catalog.login("ann@example.com")?.user.id == owner.id)
        #expect(try await fixture.catalog.login("nobody") == nil)
        // Who has no password does not sign in.
        #expect(try await fixture.catalog.login("ada") == nil)
    }

    @Test func `users who are made without an address get one that nobody has`() async throws {
        let fixture = try await CatalogFixture()
        #expect(fixture.user.email == "ada@localhost" && fixture.foreigner.email == "ada-2@localhost")
        #expect(fixture.user.publicID != fixture.foreigner.publicID)
    }
}
