package import FStore
package import FStoreCatalog
internal import FStoreIdentity

/// The two files of a data directory: values, and the catalog that says whose they are.
///
/// An organization's number is the space of its values. A catalog that is gone, or older than the values, would give
/// numbers again, and a new organization would find what a former one has stored. So each file carries the catalog's
/// identity, the values also the highest organization, and a server starts only on files that belong together.
package struct StorePair: Sendable {
    package let store: FeatureStore
    package let catalog: Catalog

    /// Why the files are not served together.
    package enum Mismatch: Error, Hashable, Sendable {
        /// The values have been served with a catalog, and it is not there.
        case catalogMissing(directory: String)
        /// The values have spaces that only a catalog gives, and there is none. It was lost, or `--space` made them.
        case spacesWithoutCatalog(directory: String, highest: UInt32)
        /// The catalog has been served with values, and they are not there, or have never seen it.
        case valuesMissing(directory: String)
        /// Each belongs to another store.
        case strangers(directory: String)
        /// The catalog has fewer organizations than the values have seen.
        case catalogBehind(directory: String, organizations: UInt32, seen: UInt32)
    }

    /// Opens both, or makes what a new store lacks.
    ///
    /// Values that no server has seen, such as those of the library or the command line, get a catalog, whose first
    /// organization has their space, 0.
    ///
    /// - Parameter options: how to open the values.
    package static func open(directory: String, options: StoreOptions) async throws -> StorePair {
        guard Catalog.exists(in: directory) else {
            let store = try FeatureStore(directory: directory, options: options)
            // Asked before a catalog is made: one that lies there would be in the way of a restored one.
            let highest = try store.highestSpace()
            if try store.catalogMark() != nil { throw Mismatch.catalogMissing(directory: directory) }
            if highest > 0 { throw Mismatch.spacesWithoutCatalog(directory: directory, highest: highest) }
            let catalog = try Catalog(directory: directory)
            let pair = StorePair(store: store, catalog: catalog)
            return try await pair.bound(in: directory)
        }
        let catalog = try Catalog(directory: directory)
        do {
            var wanted = options
            if try await catalog.identity().isBound { wanted.access = .readWriteExisting }
            let store = try values(directory: directory, options: wanted)
            return try await StorePair(store: store, catalog: catalog).bound(in: directory)
        } catch {
            try? catalog.close()
            throw error
        }
    }

    private static func values(directory: String, options: StoreOptions) throws -> FeatureStore {
        do throws(OpenError) {
            return try FeatureStore(directory: directory, options: options)
        } catch {
            if case .noStore = error { throw Mismatch.valuesMissing(directory: directory) }
            throw error
        }
    }

    /// Checks that the two belong together, and notes it in both.
    private func bound(in directory: String) async throws -> StorePair {
        let identity = try await catalog.identity()
        if let problem = try Self.mismatch(store, identity, in: directory) { throw problem }
        let highest = try store.highestSpace()
        // The values first: a stop in between leaves a mark of the catalog that is there.
        try await note(identity)
        if !identity.isBound || highest > identity.organizations { try await catalog.bind(above: highest) }
        return self
    }

    /// What is wrong with values beside a catalog; `nil` when they belong together.
    package static func mismatch(
        _ store: FeatureStore,
        _ identity: CatalogIdentity,
        in directory: String
    ) throws(ReadError) -> Mismatch? {
        guard let mark = try store.catalogMark() else {
            if identity.isBound { return .valuesMissing(directory: directory) }
            // A catalog of an earlier version, whose values have no mark yet, or one that was made just now.
            let isNew = identity.organizations == 0
            let highest = try store.highestSpace()
            return isNew && highest > 0 ? .catalogMissing(directory: directory) : nil
        }
        guard mark.identity == identity.bytes else {
            return identity.organizations == 0 && !identity.isBound
                ? .catalogMissing(directory: directory) : .strangers(directory: directory)
        }
        guard mark.organizations <= identity.organizations else {
            return .catalogBehind(
                directory: directory,
                organizations: identity.organizations,
                seen: mark.organizations
            )
        }
        return nil
    }

    /// Writes into the values which catalog they belong to and how many organizations it has had.
    private func note(_ identity: CatalogIdentity) async throws {
        let mark = CatalogMark(identity: identity.bytes, organizations: identity.organizations)
        if try store.catalogMark() != mark { try await store.setCatalogMark(mark) }
    }

    /// Organizations that other processes make, such as `fstore organization create`, are noted within seconds.
    package var jobs: [Job] {
        [
            Job("organizations in the values", every: .seconds(5)) {
                let identity = try await catalog.identity()
                try await note(identity)
                let highest = try store.highestSpace()
                if highest > identity.organizations { try await catalog.bind(above: highest) }
            }
        ]
    }
}

extension StorePair.Mismatch: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        let wayBack = "restore both from one backup into an empty directory"
        return switch self {
        case .catalogMissing(let directory):
            "the values in \(directory) belong to organizations of a catalog that is not there: "
                + "catalog.sqlite is missing, or was cut off; \(wayBack)"
        case .spacesWithoutCatalog(let directory, let highest):
            "the values in \(directory) lie in spaces up to \(highest), and catalog.sqlite, which says whose spaces "
                + "these are, is not there; \(wayBack). If no server has served them, load what `fstore dump "
                + "--space \(highest)` writes into a new store"
        case .valuesMissing(let directory):
            "the catalog in \(directory) belongs to values that are not there: "
                + "values.mdb is missing, or is an older one; \(wayBack)"
        case .strangers(let directory):
            "values.mdb and catalog.sqlite in \(directory) belong to different stores; \(wayBack)"
        case .catalogBehind(let directory, let organizations, let seen):
            "catalog.sqlite in \(directory) is older than values.mdb: it has had \(organizations) organizations, "
                + "and the values have seen \(seen); \(wayBack)"
        }
    }
}
