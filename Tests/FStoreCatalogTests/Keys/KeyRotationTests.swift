import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import Testing

@Suite("Rotating keys in the catalog")
struct KeyRotationTests {
    private static func rotate(_ key: APIKey, _ fixture: CatalogFixture) async throws -> APIKey {
        let code = APIKeyCode.generate(userID: key.userID)
        return try await fixture.catalog.rotateKey(key.id, organization: fixture.ours, code: code, by: .server)
    }

    @Test func `the successor is equal, and the old key works for a day more`() async throws {
        let fixture = try await CatalogFixture()
        let old = try await fixture.key("laptop")
        fixture.clock.tick()
        let new = try await Self.rotate(old, fixture)
        #expect(new.id != old.id && new.digest != old.digest && new.replaces == old.id)
        #expect(new.name == old.name && new.role == old.role && new.quota == old.quota && new.userID == old.userID)
        #expect(new.expires == nil)
        let end = fixture.clock.now + Catalog.rotationOverlap
        #expect(try await fixture.catalog.key(old.id, organization: fixture.ours).expires == end)
        fixture.clock.now = end - 1
        #expect(Set(try await fixture.catalog.usableKeys().map(\.id)) == [old.id, new.id])
        fixture.clock.now = end
        #expect(try await fixture.catalog.usableKeys().map(\.id) == [new.id])
    }

    @Test func `a key that ends earlier keeps its end, and the successor has the same`() async throws {
        let fixture = try await CatalogFixture()
        let old = try await fixture.key("short", expires: fixture.clock.now + 60_000_000_000)
        let new = try await Self.rotate(old, fixture)
        #expect(new.expires == old.expires)
        #expect(try await fixture.catalog.key(old.id, organization: fixture.ours).expires == old.expires)
    }

    @Test func `a key that works no more, or has a successor, gets none`() async throws {
        let fixture = try await CatalogFixture()
        let revoked = try await fixture.key("revoked")
        _ = try await fixture.catalog.revokeKey(revoked.id, organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.notRotatable(.revoked)) { try await Self.rotate(revoked, fixture) }
        let ended = try await fixture.key("ended", expires: fixture.clock.now + 2_000_000_000)
        fixture.clock.tick()
        fixture.clock.tick()
        await #expect(throws: CatalogError.notRotatable(.expired)) { try await Self.rotate(ended, fixture) }
        let key = try await fixture.key("laptop")
        let successor = try await Self.rotate(key, fixture)
        await #expect(throws: CatalogError.notRotatable(.replaced(by: successor.id))) {
            try await Self.rotate(key, fixture)
        }
        #expect(try await Self.rotate(successor, fixture).replaces == successor.id)
    }

    @Test func `a foreign key is not found, and nothing of a refusal is in the trail`() async throws {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("laptop")
        let code = APIKeyCode.generate(userID: key.userID)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.rotateKey(key.id, organization: fixture.theirs, code: code, by: .server)
        }
        #expect(try await fixture.trail("key.rotate") == [])
        _ = try await Self.rotate(key, fixture)
        let entries = try await fixture.trail("key.rotate")
        #expect(entries.count == 1 && entries[0].hasPrefix("key.rotate \(key.id) "))
    }
}
