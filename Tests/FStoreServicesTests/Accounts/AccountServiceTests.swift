import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreServices
import Testing

@Suite("Signing in")
struct AccountServiceTests {
    private static let password = "correct horse battery staple"
    /// Made with argon2-cffi 25.1, of the password and with other parameters than the server's.
    private static let oldHash =
        "$argon2id$v=19$m=12288,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5DGhzV3Ezm2VvUKyC6M/R1ACwlzJe2X+pC6Xlq5/fZA"

    private static func signIn(
        _ fixture: ServicesFixture,
        _ password: String = password,
        at address: String = "192.0.2.1"
    ) async throws {
        let accounts = fixture.services.accounts
        try await RequestOrigin.$current.withValue(RequestOrigin(address: address, requestID: "req_1")) {
            _ = try await accounts.signIn("ann", password: password)
        }
    }

    /// A user who can sign in.
    private static func ann(_ fixture: ServicesFixture) async throws -> User {
        let user = NewUser(username: "ann", role: .viewer, password: oldHash)
        return try await fixture.catalog.createUser(user, organization: 1, by: .server)
    }

    @Test func `who is signed in at an address does not wait for wrong passwords from elsewhere`() async throws {
        let fixture = try await ServicesFixture()
        _ = try await Self.ann(fixture)
        try await Self.signIn(fixture)
        for _ in 0..<6 {
            let refusal = await #expect(throws: AccountService.Refusal.self) {
                try await Self.signIn(fixture, "not the one", at: "192.0.2.2")
            }
            guard case .wrongCredentials = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
        }
        // There even the right one has to wait.
        let refusal = await #expect(throws: AccountService.Refusal.self) {
            try await Self.signIn(fixture, at: "192.0.2.2")
        }
        guard case .waits = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        try await Self.signIn(fixture)
    }

    @Test func `a hash with other parameters is made anew at the next right password`() async throws {
        let fixture = try await ServicesFixture()
        let ann = try await Self.ann(fixture)
        func stored() async throws -> String { try #require(try await fixture.catalog.login(ofUser: ann.id)).password }
        await #expect(throws: AccountService.Refusal.self) { try await Self.signIn(fixture, "not the one") }
        #expect(try await stored() == Self.oldHash)
        try await Self.signIn(fixture)
        let hash = try #require(PasswordHash(text: try await stored()))
        #expect(hash.text != Self.oldHash && !hash.needsRehash && hash.verify(Self.password))
        try await Self.signIn(fixture)
        #expect(try await stored() == hash.text)
    }
}
