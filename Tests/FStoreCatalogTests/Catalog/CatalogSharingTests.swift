import FStoreIdentity
import FStoreCatalog
import FStoreSecurity
import FStoreTestSupport
import Foundation
import GRDB
import Testing

@Suite("Two connections, restarts and backups")
struct CatalogSharingTests {
    @Test func `what one connection commits the other reads at once`() async throws {
        let fixture = try await CatalogFixture()
        let second = try await fixture.second()
        let key = try await fixture.key("laptop")
        #expect(try await second.key(key.id, organization: fixture.ours) == key)
        let revoked = try await second.revokeKey(key.id, organization: fixture.ours, by: .server)
        #expect(try await fixture.catalog.key(key.id, organization: fixture.ours) == revoked)
    }

    @Test func `the change counter moves with others' commits alone`() async throws {
        let fixture = try await CatalogFixture()
        let second = try await fixture.second()
        let before = try await fixture.catalog.changeCounter()
        try await fixture.key("laptop")
        _ = try await second.users(organization: fixture.ours)
        #expect(try await fixture.catalog.changeCounter() == before)
        _ = try await second.createUser(
            NewUser(username: "bob", role: .viewer),
            organization: fixture.ours,
            by: .server
        )
        let after = try await fixture.catalog.changeCounter()
        #expect(after != before)
        #expect(try await fixture.catalog.changeCounter() == after)
    }

    @Test func `writers of two connections take turns and lose nothing`() async throws {
        let fixture = try await CatalogFixture()
        let second = try await fixture.second()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let catalog = number.isMultiple(of: 2) ? fixture.catalog : second
                let ours = fixture.ours
                group.addTask {
                    _ = try await catalog.createUser(
                        NewUser(username: "u\(number)", role: .viewer),
                        organization: ours,
                        by: .server
                    )
                }
            }
            try await group.waitForAll()
        }
        let names = try await second.users(organization: fixture.ours).map(\.username)
        #expect(Set(names) == Set((0..<200).map { "u\($0)" } + ["ada"]))
    }

    @Test func `a writer that another process holds up says so in the end, and reads go on`() async throws {
        let fixture = try await CatalogFixture()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let blocker = try DatabaseQueue(path: fixture.catalog.path, configuration: configuration)
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let write = Task { try await fixture.catalog.createOrganization(name: "late", by: .server) }
        #expect(try await fixture.catalog.organizations().count == 2)
        let error = await #expect(throws: CatalogError.self) { try await write.value }
        #expect(error == .busy)
        try await blocker.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await fixture.catalog.createOrganization(name: "late", by: .server).name == "late")
    }

    @Test func `a task that is canceled changes nothing and says so`() async throws {
        let fixture = try await CatalogFixture()
        let catalog = fixture.catalog
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await catalog.createOrganization(name: "never", by: .server)
        }
        task.cancel()
        await #expect(throws: CatalogError.canceled) { try await task.value }
        #expect(try await catalog.organizations().map(\.name) == ["ours", "theirs"])
    }

    @Test func `everything is there after a restart`() async throws {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("laptop")
        let source = try await fixture.source("warehouse")
        try fixture.catalog.close()
        let again = try await fixture.second()
        #expect(try await again.organizations().map(\.name) == ["ours", "theirs"])
        #expect(try await again.users(organization: fixture.ours) == [fixture.user])
        #expect(try await again.usableKeys() == [key])
        #expect(try await again.source(source.id, organization: fixture.ours) == source)
        #expect(try await again.check() == [])
    }

    @Test func `a backup opens and equals what was there`() async throws {
        let fixture = try await CatalogFixture()
        let key = try await fixture.key("laptop")
        let source = try await fixture.source("warehouse")
        let target = fixture.directory.path + "/copy.sqlite"
        try await fixture.catalog.backup(to: target)
        try await fixture.source("later")

        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path)
        #expect(names.filter { $0.hasPrefix("copy") } == ["copy.sqlite"])
        #expect(
            try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int == 0o600
        )
        let copy = try Catalog(path: target)
        #expect(try await copy.check() == [])
        #expect(try await copy.organizations() == fixture.catalog.organizations())
        #expect(try await copy.users(organization: fixture.theirs) == [fixture.foreigner])
        #expect(try await copy.usableKeys() == [key])
        #expect(try await copy.sources(organization: fixture.ours, offset: 0, limit: 10).items == [source])
    }

    @Test func `a backup under load is whole`() async throws {
        let fixture = try await CatalogFixture()
        let catalog = fixture.catalog
        let ours = fixture.ours
        let writer = Task {
            for number in 0..<300 {
                _ = try await catalog.createUser(
                    NewUser(username: "u\(number)", role: .viewer),
                    organization: ours,
                    by: .server
                )
            }
        }
        var known = 0
        for number in 0..<5 {
            let path = fixture.directory.path + "/copy\(number).sqlite"
            let before = try await catalog.users(organization: ours).count
            try await catalog.backup(to: path)
            let copy = try Catalog(path: path)
            #expect(try await copy.check() == [])
            known = try await copy.users(organization: ours).count
            #expect(known >= before)
            try copy.close()
        }
        try await writer.value
        #expect(known <= 301)
    }

    @Test func `a backup never replaces a file`() async throws {
        let fixture = try await CatalogFixture()
        let path = fixture.catalog.path
        await #expect(throws: CatalogError.fileExists(path)) { try await fixture.catalog.backup(to: path) }
        #expect(try await fixture.catalog.organizations().count == 2)
    }

    @Test func `a check names what is damaged`() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.source("warehouse")
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let raw = try DatabaseQueue(path: fixture.catalog.path, configuration: configuration)
        try await raw.write { try $0.execute(sql: "DELETE FROM sources") }
        let sentence = "a row of source_secrets refers to a row of sources that is not there"
        #expect(try await fixture.catalog.check() == [sentence, sentence])
    }
}
