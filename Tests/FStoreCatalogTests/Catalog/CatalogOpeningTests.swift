import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import Foundation
import GRDB
import Synchronization
import Testing

@testable import FStoreCatalog

@Suite("Opening the catalog")
struct CatalogOpeningTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/catalog.sqlite" }

    @Test func `an empty directory gets a catalog of the newest version`() async throws {
        let catalog = try Catalog(directory: directory.path)
        #expect(try await catalog.organizations() == [])
        #expect(try await catalog.check() == [])
        #expect(catalog.path == path)
        try catalog.close()
        #expect(try number("PRAGMA user_version") == Schema.version)
        #expect(try number("PRAGMA application_id") == 0x4653_746F)
    }

    @Test func `commits reach the disk, references are held, other processes are waited for`() async throws {
        let catalog = try Catalog(directory: directory.path)
        let settings = try await catalog.write { database in
            try ["synchronous", "foreign_keys", "busy_timeout"]
                .map { try Int.fetchOne(database, sql: "PRAGMA \($0)") }
        }
        #expect(settings == [2, 1, 5000])
        #expect(try await catalog.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func `only the owner may read the files`() throws {
        let catalog = try Catalog(directory: directory.path)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(
            names.sorted() == [
                "catalog.sqlite", "catalog.sqlite-commits", "catalog.sqlite-shm", "catalog.sqlite-wal",
            ]
        )
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try catalog.close()
    }

    @Test func `a file of the first version is brought up to the newest with what it holds`() async throws {
        try makeFile(version: 1, sql: Schema.step001 + "INSERT INTO organizations (name, created) VALUES ('old', 5);")
        let catalog = try Catalog(directory: directory.path)
        let old = try #require(try await catalog.organizations().first)
        #expect(old.id == 1 && old.space == 1 && old.name == "old" && old.created == 5)
        #expect(old.tier == .standard && old.quotas == OrganizationQuotas() && old.disabled == nil)
        #expect(try await catalog.sources(organization: 1, offset: 0, limit: 10).total == 0)
    }

    @Test func `users of an earlier version get ids, addresses and names`() async throws {
        let users = """
            INSERT INTO organizations (name, created) VALUES ('first', 5), ('second', 6);
            INSERT INTO users (organization_id, username, role, created, updated) VALUES
                (1, 'ann', 'developer', 1, 1), (1, 'operator', 'operator', 2, 2), (2, 'ann', 'admin', 3, 3);
            """
        let earlier = Schema.step001 + Schema.step002 + users + Schema.step003 + Schema.step004
        try makeFile(version: 4, sql: earlier)
        let catalog = try Catalog(directory: directory.path)
        let found = try await catalog.users(organization: 1) + catalog.users(organization: 2)
        #expect(found.map(\.email) == ["user1@localhost", "operator@localhost", "user3@localhost"])
        #expect(found.map(\.fullName) == ["ann", "Operator", "ann"])
        #expect(Set(found.map(\.publicID)).count == 3)
        for user in found {
            #expect(user.publicID.wholeMatch(of: /usr_[0-9A-F]{26}/) != nil && !user.canSignIn && user.disabled == nil)
            let reference = try #require(UserReference(user.publicID))
            #expect(try await catalog.user(reference, organization: user.organizationID) == user)
        }
        #expect(try await catalog.check() == [])
    }

    @Test func `a file of a newer program is refused with a sentence and stays as it is`() throws {
        try Catalog(directory: directory.path).close()
        let newer = Schema.version + 1
        try queue().writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = \(newer)") }
        let error = #expect(throws: CatalogError.self) { try Catalog(directory: directory.path) }
        #expect(error == .newerFormat(found: newer, supported: Schema.version))
        #expect(
            error?.description == "the catalog has format \(newer), this program knows formats up to "
                + "\(newer - 1); use a newer program"
        )
        #expect(try number("PRAGMA user_version") == newer)
    }

    @Test func `a database of another program is refused and stays as it is`() throws {
        try queue().write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        #expect(throws: CatalogError.notACatalog(file: path)) { try Catalog(directory: directory.path) }
        #expect(try number("SELECT count(*) FROM sqlite_schema") == 1)
    }

    @Test func `a file that is no database is refused`() throws {
        try Data("no database, but long enough to be taken for the header of one by somebody, if".utf8)
            .write(to: URL(filePath: path))
        #expect(throws: CatalogError.notACatalog(file: path)) { try Catalog(directory: directory.path) }
    }

    @Test func `a directory that is not there is an error with its reason`() {
        let error = #expect(throws: CatalogError.self) { try Catalog(directory: directory.path + "/none") }
        #expect(error?.description.hasSuffix("/none/: No such file or directory") == true)
    }

    @Test func `an orderly stop leaves nothing in the write-ahead log`() async throws {
        let catalog = try await Catalog(directory: directory.path).audited()
        _ = try await catalog.createOrganization(name: "a", by: .server)
        // Another process has it open, so that SQLite keeps the log.
        let other = try Catalog(directory: directory.path)
        try catalog.close()
        let copy = TemporaryDirectory()
        try FileManager.default.copyItem(atPath: path, toPath: copy.path("catalog.sqlite"))
        let alone = try Catalog(directory: copy.path)
        #expect(try await alone.organizations().count == 1)
        try alone.close()
        try other.close()
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }

    /// The log of a killed server was cut off beside its catalog. SQLite takes what is left for all there was: keys that
    /// were revoked opened again, without a word.
    @Test(arguments: [0, 40, 4128, -1])
    func `a write-ahead log that was cut off is noticed`(kept: Int) async throws {
        let catalog = try await Catalog(directory: directory.path).audited()
        for name in ["a", "b", "c"] { _ = try await catalog.createOrganization(name: name, by: .server) }
        // As a kill leaves it: without the close.
        let copy = TemporaryDirectory()
        for ending in ["", "-wal", "-commits"] {
            try FileManager.default.copyItem(atPath: path + ending, toPath: copy.path("catalog.sqlite" + ending))
        }
        try catalog.close()
        let whole = try await Catalog(path: copy.path("catalog.sqlite")).audited()
        #expect(try await whole.organizations().count == 3)
        _ = try await whole.createOrganization(name: "d", by: .server)
        let cut = TemporaryDirectory()
        for ending in ["", "-wal", "-commits"] {
            try FileManager.default.copyItem(
                atPath: copy.path("catalog.sqlite" + ending),
                toPath: cut.path("catalog.sqlite" + ending)
            )
        }
        try whole.close()
        let log = URL(filePath: cut.path("catalog.sqlite-wal"))
        if kept < 0 {
            try FileManager.default.removeItem(at: log)
        } else {
            try Data(contentsOf: log).prefix(kept).write(to: log)
        }
        let error = #expect(throws: CatalogError.self) { try Catalog(path: cut.path("catalog.sqlite")) }
        guard case .behind(_, let commits, let noted)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(commits < noted)
    }

    /// An empty file is what is left of a catalog; one that is made gets its name when it is complete.
    @Test func `a file that is empty is refused`() throws {
        try Data().write(to: URL(filePath: path))
        #expect(throws: CatalogError.empty(file: path)) { try Catalog(directory: directory.path) }
    }

    @Test(arguments: ["", "-wal", "-shm", "-commits"])
    func `a symbolic link in the place of a file is refused`(ending: String) throws {
        try Catalog(directory: directory.path).close()
        if ending.isEmpty { try FileManager.default.removeItem(atPath: path) }
        if ending == "-commits" { try FileManager.default.removeItem(atPath: path + ending) }
        let target = directory.path("elsewhere")
        try FileManager.default.createSymbolicLink(atPath: path + ending, withDestinationPath: target)
        #expect(throws: CatalogError.link(path + ending)) { try Catalog(directory: directory.path) }
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    /// Many rounds: the moment in which two of them make the file is short.
    @Test func `many that open an empty directory at once get one catalog`() async throws {
        for _ in 0..<20 {
            let directory = TemporaryDirectory()
            let path = directory.path
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let key = NewAPIKey(code: .generate(userID: 1), name: "first", role: .operator)
                        let catalog = try await Catalog(directory: path).audited()
                        return try await catalog.createFirst(
                            organization: "default",
                            username: "op",
                            fullName: "Op",
                            key: key
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(made.count { $0 } == 1)
            let catalog = try Catalog(directory: path)
            #expect(try await catalog.organizations().count == 1)
            #expect(try await catalog.usableKeys().count == 1)
        }
    }

    @Test func `threads that open an empty directory at the same moment never meet a lock`() {
        let errors = Mutex<[String]>([])
        for _ in 0..<20 {
            let directory = TemporaryDirectory()
            let group = DispatchGroup()
            for _ in 0..<6 {
                group.enter()
                Thread {
                    do {
                        try Catalog(directory: directory.path).close()
                    } catch {
                        errors.withLock { $0.append("\(error)") }
                    }
                    group.leave()
                }
                .start()
            }
            group.wait()
        }
        #expect(errors.withLock { $0 } == [])
    }

    @Test func `a catalog that is closed answers with an error`() async throws {
        let catalog = try await Catalog(directory: directory.path).audited()
        try catalog.close()
        await #expect(throws: CatalogError.self) { try await catalog.organizations() }
        await #expect(throws: CatalogError.self) { try await catalog.createOrganization(name: "a", by: .server) }
    }

    private func queue() throws -> DatabaseQueue {
        try DatabaseQueue(path: path)
    }

    private func number(_ sql: String) throws -> Int? {
        try queue().read { try Int.fetchOne($0, sql: sql) }
    }

    private func makeFile(version: Int, sql: String) throws {
        try queue()
            .writeWithoutTransaction { database in
                try database.execute(sql: sql)
                try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(version)")
            }
    }
}
