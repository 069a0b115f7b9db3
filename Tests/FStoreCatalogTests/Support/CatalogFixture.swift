import FStoreIdentity
import FStoreCatalog
import FStoreSecurity
import FStoreTestSupport
import GRDB
import Testing

extension TestClock {
    var now: UnixNanoseconds {
        get { nanoseconds }
        set { nanoseconds = newValue }
    }

    /// Goes one second on.
    func tick() { advance(1_000_000_000) }

    var catalogClock: CatalogClock { CatalogClock { self.now } }
}

extension AuditChain {
    /// The chain of one server, by a number that stands for its key.
    static func test(_ number: UInt8 = 7) throws -> AuditChain {
        AuditChain(key: try #require(SealingKey([UInt8](repeating: number, count: SealingKey.byteCount))))
    }
}

extension Catalog {
    /// The catalog, with the chain that its changes need.
    func audited(_ number: UInt8 = 7) async throws -> Catalog {
        _ = try await keepAudit(with: .test(number))
        return self
    }
}

/// A catalog in a directory of its own with two organizations, `ours` and `theirs`, and a user in each.
struct CatalogFixture {
    let directory: TemporaryDirectory
    let clock: TestClock
    let catalog: Catalog
    let ours: Int64
    let theirs: Int64
    let user: User
    let foreigner: User

    init() async throws {
        directory = TemporaryDirectory()
        clock = TestClock()
        catalog = try await Catalog(directory: directory.path, clock: clock.catalogClock).audited()
        ours = try await catalog.createOrganization(name: "ours", by: .server).id
        theirs = try await catalog.createOrganization(name: "theirs", by: .server).id
        user = try await catalog.createUser(NewUser(username: "ada", role: .admin), organization: ours, by: .server)
        foreigner = try await catalog.createUser(
            NewUser(username: "ada", role: .admin),
            organization: theirs,
            by: .server
        )
    }

    /// The same file in a program that has no key for the audit trail.
    init(reading other: CatalogFixture) throws {
        (ours, theirs, user, foreigner) = (other.ours, other.theirs, other.user, other.foreigner)
        directory = other.directory
        clock = other.clock
        catalog = try Catalog(directory: directory.path, clock: clock.catalogClock)
    }

    /// From now on the file takes no entries of the audit trail.
    func refuseEntries() async throws {
        let sql = "CREATE TRIGGER refused BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no entries'); END"
        try await DatabaseQueue(path: catalog.path).write { try $0.execute(sql: sql) }
    }

    /// From now on it takes them again.
    func acceptEntries() async throws {
        try await DatabaseQueue(path: catalog.path).write { try $0.execute(sql: "DROP TRIGGER refused") }
    }

    /// A second opening of the same file, as another process has it.
    func second() async throws -> Catalog {
        try await Catalog(directory: directory.path, clock: clock.catalogClock).audited()
    }

    /// What the trail has of an action, or of all that begin so when `action` ends with a point: the oldest first.
    ///
    /// - Parameter isOurs: of our organization alone, not of others and of the server.
    func trail(_ action: String, isOurs: Bool = true) async throws -> [String] {
        var filter = AuditFilter()
        filter.organization = isOurs ? ours : nil
        filter.action = action
        return try await catalog.auditEntries(filter, limit: 100).reversed()
            .map { "\($0.action) \($0.target) \($0.details)" }
    }

    /// A key for the user, one second later than whatever came before.
    @discardableResult
    func key(_ name: String, expires: UnixNanoseconds? = nil) async throws -> APIKey {
        clock.tick()
        let code = APIKeyCode.generate(userID: user.id)
        let key = NewAPIKey(code: code, name: name, role: .viewer, expires: expires)
        return try await catalog.createKey(key, organization: ours, by: .server)
    }

    /// A source, one second later than whatever came before.
    @discardableResult
    func source(_ name: String, type: String = "postgresql") async throws -> Source {
        clock.tick()
        let secrets = [SealedSecret(name: "token", bytes: [9]), SealedSecret(name: "password", bytes: [1, 2, 3])]
        let source = NewSource(name: name, type: type, config: #"{"host":"db"}"#, sealedSecrets: secrets)
        return try await catalog.createSource(source, organization: ours, by: .server)
    }
}
