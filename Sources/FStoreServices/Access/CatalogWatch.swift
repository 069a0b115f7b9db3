internal import FStoreCatalog
internal import Synchronization

/// Notices that another process has committed to the catalog: what `fstore key revoke` does counts within a second.
final class CatalogWatch: Sendable {
    private let catalog: Catalog
    private let seen = Mutex<Int64?>(nil)

    init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// The counter of changes, when it is another one than at the last ``note(_:)``.
    func changed() async throws(CatalogError) -> Int64? {
        let counter = try await catalog.changeCounter()
        return seen.withLock { $0 } == counter ? nil : counter
    }

    func note(_ counter: Int64) { seen.withLock { $0 = counter } }

    /// Runs `reload` whenever another process has changed something.
    func job(_ reload: @escaping @Sendable () async throws -> Void) -> Job {
        Job("changes of other processes", every: .seconds(1)) {
            guard let counter = try await self.changed() else { return }
            try await reload()
            self.note(counter)
        }
    }
}
