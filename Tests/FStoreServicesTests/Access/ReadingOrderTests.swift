import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import Testing

@testable import FStoreServices

/// Two requests that changed keys at once each read the catalog again, and the one that had read first came last: a
/// key that was just made opened nothing, and one that was just revoked opened again, until the next reading. In the
/// same way a reading of the background took away a session that had just begun.
@Suite("Readings of the catalog at once")
struct ReadingOrderTests {
    private let directory = TemporaryDirectory()
    private let catalog: Catalog
    private let user: User

    init() async throws {
        catalog = try await Catalog(directory: directory.path).audited()
        let organization = try await catalog.createOrganization(name: "first", by: .server)
        let new = NewUser(username: "ann", role: .admin)
        user = try await catalog.createUser(new, organization: organization.id, by: .server)
    }

    private func key(_ name: String) async throws -> APIKey {
        let code = APIKeyCode.generate(userID: user.id)
        let new = NewAPIKey(code: code, name: name, role: .viewer)
        return try await catalog.createKey(new, organization: user.organizationID, by: .server)
    }

    private func session() async throws -> Session {
        let token = OpaqueToken.generate(.refresh).digest
        return try await catalog.beginSession(of: user, lifetime: 3_600_000_000_000, token: token, by: .server)
    }

    @Test func `of two readings of the keys the one that began later stays`() async throws {
        let table = CredentialTable()
        let (earlier, later) = (table.beginReading(), table.beginReading())
        let key = try await key("new")
        table.replace(with: [key], reading: later)
        table.replace(with: [], reading: earlier)
        #expect(table.entry(for: key.digest) != nil)
        table.replace(with: [], reading: table.beginReading())
        #expect(table.entry(for: key.digest) == nil)
    }

    @Test func `a key that was ended is not opened by a reading that began before`() async throws {
        let table = CredentialTable()
        let key = try await key("old")
        table.replace(with: [key], reading: table.beginReading())
        let open = try #require(table.entry(for: key.digest))
        let reading = table.beginReading()
        table.end(key.id, organization: user.organizationID)
        #expect(!open.isValid(at: 1) && table.unsettled == [key.id: user.organizationID])
        table.settle(key.id)
        #expect(table.unsettled.isEmpty)
        table.replace(with: [key], reading: reading)
        #expect(table.entry(for: key.digest) == nil)
    }

    @Test func `a session that has just begun outlasts a reading that began before`() async throws {
        let table = SessionTable()
        let reading = table.beginReading()
        let newest = table.newestReading
        let session = try await session()
        #expect(table.add(session, newest: newest))
        table.replace(with: [], keys: nil, reading: reading)
        #expect(table.session(session.id) != nil && table.isSignedIn(user.id, at: session.address))
        // One that began later knows better.
        table.replace(with: [], keys: nil, reading: table.beginReading())
        #expect(table.session(session.id) == nil && !table.isSignedIn(user.id, at: session.address))
    }

    @Test func `a session is read from the catalog when a reading has begun since it was stored`() async throws {
        let table = SessionTable()
        let newest = table.newestReading
        let session = try await session()
        let reading = table.beginReading()
        #expect(!table.add(session, newest: newest) && table.session(session.id) == nil)
        table.replace(with: [session], keys: nil, reading: reading)
        #expect(table.session(session.id) != nil)
    }

    @Test func `a session that was ended stays so, and the user's others go on`() async throws {
        let table = SessionTable()
        let sessions = [try await session(), try await session()]
        table.replace(with: sessions, keys: nil, reading: table.beginReading())
        let reading = table.beginReading()
        table.end(sessions[0].id, organization: user.organizationID)
        table.settle(sessions[0].id)
        table.replace(with: sessions, keys: nil, reading: reading)
        #expect(table.session(sessions[0].id) == nil && table.session(sessions[1].id) != nil)
        #expect(table.isSignedIn(user.id, at: sessions[1].address))
        #expect(!table.isSignedIn(user.id, at: "192.0.2.1") && !table.isSignedIn(user.id + 1, at: sessions[1].address))
    }

    /// An admin ended a session that was in the catalog, and not in memory yet.
    @Test func `a session that was ended before it came here opens nothing`() async throws {
        let table = SessionTable()
        let newest = table.newestReading
        let session = try await session()
        table.end(session.id, organization: user.organizationID)
        table.settle(session.id)
        #expect(table.add(session, newest: newest) && table.session(session.id) == nil)
    }

    /// A reading that began before a new key was made came last, and tokens of the new key were refused.
    @Test func `of two readings of the token keys the one that began later stays`() throws {
        let table = SessionTable()
        func keys(_ id: String) throws -> TokenKeys {
            TokenKeys(signing: try #require(TokenKey(id: id, bytes: [UInt8](repeating: 7, count: 32))), earlier: nil)
        }
        let (earlier, later) = (table.beginReading(), table.beginReading())
        table.replace(with: [], keys: try keys("new"), reading: later)
        table.replace(with: [], keys: try keys("old"), reading: earlier)
        #expect(table.keys?.signing.id == "new")
    }
}
