import FStoreIdentity
import FStoreCatalog
import FStoreSecurity
import FStoreTestSupport

extension TestClock {
    var now: UnixNanoseconds {
        get { nanoseconds }
        set { nanoseconds = newValue }
    }

    /// Goes one second on.
    func tick() { advance(1_000_000_000) }

    var catalogClock: CatalogClock { CatalogClock { self.now } }
}

/// A catalog in a directory of its own with two organizations, `ours` and `theirs`, and a user in each.
struct CatalogFixture {
    let directory = TemporaryDirectory()
    let clock = TestClock()
    let catalog: Catalog
    let ours: Int64
    let theirs: Int64
    let user: User
    let foreigner: User

    init() async throws {
        catalog = try Catalog(directory: directory.path, clock: clock.catalogClock)
        ours = try await catalog.createOrganization(name: "ours").id
        theirs = try await catalog.createOrganization(name: "theirs").id
        user = try await catalog.createUser(NewUser(username: "ada", role: .admin), organization: ours, by: .server)
        foreigner = try await catalog.createUser(
            NewUser(username: "ada", role: .admin),
            organization: theirs,
            by: .server
        )
    }

    /// A second opening of the same file, as another process has it.
    func second() throws -> Catalog {
        try Catalog(directory: directory.path, clock: clock.catalogClock)
    }

    /// A key for the user, one second later than whatever came before.
    @discardableResult
    func key(_ name: String, expires: UnixNanoseconds? = nil) async throws -> APIKey {
        clock.tick()
        let code = APIKeyCode.generate(userID: user.id)
        let key = NewAPIKey(code: code, name: name, role: .viewer, expires: expires)
        return try await catalog.createKey(key, organization: ours)
    }

    /// A source, one second later than whatever came before.
    @discardableResult
    func source(_ name: String, type: String = "postgresql") async throws -> Source {
        clock.tick()
        let secrets = [SealedSecret(name: "token", bytes: [9]), SealedSecret(name: "password", bytes: [1, 2, 3])]
        let source = NewSource(name: name, type: type, config: #"{"host":"db"}"#, sealedSecrets: secrets)
        return try await catalog.createSource(source, organization: ours)
    }
}
