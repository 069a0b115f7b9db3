import FStore
import FStoreCatalog
import FStoreSecurity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreServices

/// A catalog was lost beside the values of two organizations. The server made a fresh one, which counted organizations
/// from 1 again, and the next organization found the features and values of the one that had had its number.
@Suite("Values and catalog belong together")
struct StorePairTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path("data") }

    /// Serves the directory once: the first organization, `others` more with a feature each, and an orderly stop.
    private func serve(others: Int = 0) async throws {
        let pair = try await StorePair.open(directory: path, options: StoreOptions())
        try await pair.catalog.audited()
        _ = try await FirstStart.run(pair.catalog, key: nil)
        for number in 0..<others {
            let made = try await pair.catalog.createOrganization(name: "o\(number)", by: .server)
            try await pair.store.define(FeatureDefinition(name: "secret", space: made.space, type: .int64))
        }
        for job in pair.jobs { try await job.run() }
        pair.store.close()
        try pair.catalog.close()
    }

    private func mismatch(_ sentence: String) async {
        let error = await #expect(throws: StorePair.Mismatch.self) {
            let pair = try await StorePair.open(directory: path, options: StoreOptions())
            pair.store.close()
            try pair.catalog.close()
        }
        #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
        #expect(error?.description.contains("restore both from one backup") == true)
    }

    private func remove(_ names: String...) throws {
        for name in names where FileManager.default.fileExists(atPath: path + "/" + name) {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
    }

    private func copy(_ name: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: path + "/" + name, toPath: target)
    }

    @Test func `a catalog that is gone is not made anew, whatever spaces the values have`() async throws {
        try await serve(others: 2)
        try remove("catalog.sqlite", "catalog.sqlite-commits")
        await mismatch("catalog.sqlite is missing")
        // Nothing was made that would stand in the way of a restored one.
        #expect(!FileManager.default.fileExists(atPath: path + "/catalog.sqlite"))
    }

    @Test func `a catalog of one organization that is gone is missed, too`() async throws {
        try await serve()
        try remove("catalog.sqlite", "catalog.sqlite-commits")
        await mismatch("catalog.sqlite is missing")
    }

    @Test func `values with a space above 0 and without a mark need their catalog`() async throws {
        let store = try FeatureStore(directory: path)
        try await store.define(FeatureDefinition(name: "f", space: 2, type: .int64))
        store.close()
        await mismatch("lie in spaces up to 2, and catalog.sqlite, which says whose spaces these are, is not there")
        // Nor does a catalog help that somebody has made meanwhile.
        try Catalog(directory: path).close()
        await mismatch("catalog.sqlite is missing")
    }

    @Test func `a catalog that is empty, cut or of another store is refused`() async throws {
        try await serve(others: 1)
        let file = path + "/catalog.sqlite"
        let whole = try Data(contentsOf: URL(filePath: file))
        try Data().write(to: URL(filePath: file))
        await #expect(throws: CatalogError.empty(file: file)) { try await serve() }
        try whole.prefix(4096).write(to: URL(filePath: file))
        let error = await #expect(throws: CatalogError.self) { try await serve() }
        #expect(
            error?.description.contains("restore values.mdb and catalog.sqlite") == true,
            "\(String(describing: error))"
        )

        try remove("catalog.sqlite", "catalog.sqlite-commits")
        let other = try Catalog(directory: path)
        try await other.audited()
        #expect(try await FirstStart.run(other, key: nil) != nil)
        try other.close()
        await mismatch("belong to different stores")
    }

    @Test func `a catalog from before an organization was made is refused`() async throws {
        try await serve()
        try copy("catalog.sqlite", to: directory.path("older"))
        try await serve(others: 1)
        try remove("catalog.sqlite", "catalog.sqlite-commits")
        try FileManager.default.copyItem(atPath: directory.path("older"), toPath: path + "/catalog.sqlite")
        await mismatch("it has had 1 organizations, and the values have seen 2")
    }

    @Test func `a catalog whose values are gone is refused, and no empty values take their place`() async throws {
        try await serve()
        try remove("values.mdb", "values.mdb-lock")
        await mismatch("values.mdb is missing")
        #expect(!FileManager.default.fileExists(atPath: path + "/values.mdb"))
        try FeatureStore(directory: path).close()
        await mismatch("or is an older one")
    }

    @Test func `values of the library get a catalog, whose first organization has their space`() async throws {
        let store = try FeatureStore(directory: path)
        try await store.define(FeatureDefinition(name: "f", type: .int64))
        store.close()
        try await serve()
        let pair = try await StorePair.open(directory: path, options: StoreOptions())
        let first = try #require(try await pair.catalog.organizations().first)
        #expect(first.space == 0)
        let mark = try #require(try pair.store.catalogMark())
        let identity = try await pair.catalog.identity()
        #expect(mark.identity == identity.bytes && mark.organizations == 1 && identity.isBound)
        pair.store.close()
        try pair.catalog.close()
    }

    @Test func `an old store without identity gets one, and its organizations keep what they have`() async throws {
        let store = try FeatureStore(directory: path)
        try await store.define(FeatureDefinition(name: "f", space: 2, type: .int64))
        store.close()
        // As a version before this one left it: two organizations, no mark in the values.
        let old = try Catalog(directory: path)
        try await old.audited()
        for name in ["default", "acme"] { _ = try await old.createOrganization(name: name, by: .server) }
        try old.close()
        try await serve()
        let pair = try await StorePair.open(directory: path, options: StoreOptions())
        #expect(try pair.store.catalogMark()?.organizations == 2)
        pair.store.close()
        try pair.catalog.close()
    }

    @Test func `an organization gets no space that has values already`() async throws {
        try await serve()
        // A command wrote there: fstore put --space 2.
        let store = try FeatureStore(directory: path)
        try await store.define(FeatureDefinition(name: "f", space: 2, type: .int64))
        store.close()
        let pair = try await StorePair.open(directory: path, options: StoreOptions())
        try await pair.catalog.audited()
        #expect(try await pair.catalog.createOrganization(name: "acme", by: .server).space == 3)
        pair.store.close()
        try pair.catalog.close()
    }
}
