import FStoreIdentity
import FStoreCatalog
import FStoreSecurity
import FStoreTestSupport
import Foundation
import GRDB
import Testing

@Suite("API keys in the catalog")
struct APIKeyTests {
    @Test(arguments: [.standard, .perMinute(1), .perMinute(50_000), .unlimited] as [Quota])
    func `a key is stored as it was given`(quota: Quota) async throws {
        let fixture = try await CatalogFixture()
        let code = APIKeyCode.generate(userID: fixture.user.id)
        let expires = fixture.clock.now + 5
        let new = NewAPIKey(code: code, name: "laptop", role: .developer, expires: expires, quota: quota)
        let key = try await fixture.catalog.createKey(new, organization: fixture.ours, by: .server)
        #expect(key.id.wholeMatch(of: /key_[0-9A-HJKMNP-TV-Z]{26}/) != nil)
        #expect(key.userID == fixture.user.id && key.organizationID == fixture.ours)
        #expect(key.name == "laptop" && key.role == .developer && key.quota == quota)
        #expect(key.prefix == code.prefix && key.digest == code.digest)
        #expect(key.expires == expires && key.created == fixture.clock.now)
        #expect(key.lastUsed == nil && key.revoked == nil)
        #expect(try await fixture.catalog.key(key.id, organization: fixture.ours) == key)
    }

    @Test func `the text of a key is nowhere in the files`() async throws {
        let fixture = try await CatalogFixture()
        let code = APIKeyCode.generate(userID: fixture.user.id)
        let key = NewAPIKey(code: code, name: "canary-name", role: .viewer)
        _ = try await fixture.catalog.createKey(key, organization: fixture.ours, by: .server)
        let random = Data(code.text.dropFirst("fl_1_".count).utf8)
        var stored = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path) {
            stored += try Data(contentsOf: URL(filePath: fixture.directory.path + "/" + name))
        }
        #expect(stored.range(of: Data("canary-name".utf8)) != nil)
        #expect(stored.range(of: random.prefix(8)) == nil)
    }

    @Test func `one key cannot be stored twice, nor for a foreign user`() async throws {
        let fixture = try await CatalogFixture()
        let code = APIKeyCode.generate(userID: fixture.user.id)
        let new = NewAPIKey(code: code, name: "a", role: .viewer)
        let key = try await fixture.catalog.createKey(new, organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.keyTaken) {
            try await fixture.catalog.createKey(new, organization: fixture.ours, by: .server)
        }
        _ = try await fixture.catalog.revokeKey(key.id, organization: fixture.ours, by: .server)
        await #expect(throws: CatalogError.keyTaken) {
            try await fixture.catalog.createKey(new, organization: fixture.ours, by: .server)
        }
        let foreign = NewAPIKey(code: .generate(userID: fixture.foreigner.id), name: "a", role: .viewer)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.createKey(foreign, organization: fixture.ours, by: .server)
        }
    }

    @Test func `lists are paged, newest first, with what is revoked or expired`() async throws {
        let fixture = try await CatalogFixture()
        var keys: [APIKey] = []
        for number in 0..<5 { keys.insert(try await fixture.key("k\(number)", expires: number == 0 ? 1 : nil), at: 0) }
        keys[2] = try await fixture.catalog.revokeKey(keys[2].id, organization: fixture.ours, by: .server)
        func page(_ offset: Int, _ limit: Int) async throws -> CatalogPage<APIKey> {
            try await fixture.catalog.keys(organization: fixture.ours, offset: offset, limit: limit)
        }
        #expect(try await page(0, 10) == CatalogPage(items: keys, total: 5))
        #expect(try await page(1, 2) == CatalogPage(items: Array(keys[1...2]), total: 5))
        #expect(try await page(4, 2) == CatalogPage(items: [keys[4]], total: 5))
        #expect(try await page(9, 2) == CatalogPage(items: [], total: 5))
        #expect(try await page(0, 0) == CatalogPage(items: [], total: 5))
        #expect(try await page(-1, -1) == CatalogPage(items: [], total: 5))
    }

    @Test func `revoking takes effect once and keeps the row`() async throws {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("laptop")
        fixture.clock.tick()
        let revoked = try await fixture.catalog.revokeKey(key.id, organization: fixture.ours, by: .server)
        #expect(revoked.revoked == fixture.clock.now)
        #expect(try await fixture.catalog.usableKeys() == [])
        fixture.clock.tick()
        #expect(try await fixture.catalog.revokeKey(key.id, organization: fixture.ours, by: .server) == revoked)
        #expect(try await fixture.catalog.keys(organization: fixture.ours, offset: 0, limit: 9).items == [revoked])
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.revokeKey("key_none", organization: fixture.ours, by: .server)
        }
    }

    @Test func `a key ceases to be usable at the moment it expires`() async throws {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("short", expires: fixture.clock.now + 3_000_000_000)
        fixture.clock.now = try #require(key.expires) - 1
        #expect(try await fixture.catalog.usableKeys() == [key])
        fixture.clock.now += 1
        #expect(try await fixture.catalog.usableKeys() == [])
    }

    @Test func `the usable keys of all organizations come in a stable order`() async throws {
        let fixture = try await CatalogFixture()
        let foreign = NewAPIKey(code: .generate(userID: fixture.foreigner.id), name: "f", role: .admin)
        let theirs = try await fixture.catalog.createKey(foreign, organization: fixture.theirs, by: .server)
        let ours = [try await fixture.key("a"), try await fixture.key("b")]
        #expect(try await fixture.catalog.usableKeys() == ours + [theirs])
    }

    @Test func `the last use is written down for many at once and never goes back`() async throws {
        let fixture = try await CatalogFixture()
        let keys = [try await fixture.key("a"), try await fixture.key("b"), try await fixture.key("c")]
        try await fixture.catalog.touchKeys([keys[0].id: 10, keys[1].id: 20, "key_none": 30])
        try await fixture.catalog.touchKeys([keys[0].id: 11, keys[1].id: 19])
        try await fixture.catalog.touchKeys([:])
        #expect(try await fixture.catalog.usableKeys().map(\.lastUsed) == [11, 20, nil])
    }

    @Test func `a foreign key is not found, and stays`() async throws {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("laptop")
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.key(key.id, organization: fixture.theirs)
        }
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.revokeKey(key.id, organization: fixture.theirs, by: .server)
        }
        let page = try await fixture.catalog.keys(organization: fixture.theirs, offset: 0, limit: 9)
        #expect(page == CatalogPage(items: [], total: 0))
        #expect(try await fixture.catalog.usableKeys() == [key])
    }

    @Test(arguments: ["", "0", "-1", "01", "+5", "Standard", "1.5", "99999999999999999999"])
    func `what is no quota is refused`(text: String) {
        #expect(Quota(rawValue: text) == nil)
    }

    @Test func `a row that this program does not understand is an error, not a crash`() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.key("laptop")
        try await DatabaseQueue(path: fixture.catalog.path)
            .write { try $0.execute(sql: "UPDATE api_keys SET quota = 'weekly'") }
        let reason = "the column quota has a value that this program does not know"
        await #expect(throws: CatalogError.storage(reason)) { try await fixture.catalog.usableKeys() }
    }
}
