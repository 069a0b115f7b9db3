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
        #expect(names.sorted() == ["catalog.sqlite", "catalog.sqlite-shm", "catalog.sqlite-wal"])
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try catalog.close()
    }

    @Test func `a file of the first version is brought up to the newest with what it holds`() async throws {
        try makeFile(version: 1, sql: Schema.step001 + "INSERT INTO organizations (name, created) VALUES ('old', 5);")
        let catalog = try Catalog(directory: directory.path)
        #expect(try await catalog.organizations() == [Organization(id: 1, space: 1, name: "old", created: 5)])
        #expect(try await catalog.sources(organization: 1, offset: 0, limit: 10).total == 0)
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

    /// Many rounds: the moment in which two of them make the file is short.
    @Test func `many that open an empty directory at once get one catalog`() async throws {
        for _ in 0..<20 {
            let directory = TemporaryDirectory()
            let path = directory.path
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let key = NewAPIKey(code: .generate(userID: 1), name: "first", role: .operator)
                        let catalog = try Catalog(directory: path)
                        return try await catalog.createFirst(organization: "default", username: "op", key: key)
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
        let catalog = try Catalog(directory: directory.path)
        try catalog.close()
        await #expect(throws: CatalogError.self) { try await catalog.organizations() }
        await #expect(throws: CatalogError.self) { try await catalog.createOrganization(name: "a") }
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
