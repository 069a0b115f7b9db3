internal import FStoreLMDB

/// The newest registry this process has seen. Lookups read definitions from here, never from the disk.
///
/// Another process may define features too: each commit carries a counter of registry changes, and a transaction
/// whose counter is ahead of the cached registry reads the table once.
final class RegistryCache: Sendable {
    private let newest: Lock<FeatureRegistry>
    private let tables: StoreTables

    init(tables: StoreTables) {
        self.tables = tables
        newest = Lock(FeatureRegistry())
    }

    /// Puts a registry in place that the writer has just committed.
    func publish(_ registry: FeatureRegistry) {
        newest.withLock { if registry.generation > $0.generation { $0 = registry } }
    }

    /// The newest registry without a look at the store.
    var cached: FeatureRegistry { newest.withLock { $0 } }

    /// A registry at least as new as what `transaction` sees.
    func registry(for transaction: ReadTransaction) throws(ReadError) -> FeatureRegistry {
        do {
            let generation = try transaction.registryGeneration(tables)
            let registry = cached
            if registry.generation >= generation { return registry }
            let cursor = try OwnedCursor(over: tables.features, in: transaction)
            let loaded = try FeatureRegistry(generation: generation, walk: cursor.walk)
            publish(loaded)
            return loaded
        } catch {
            throw ReadError(any: error)
        }
    }
}
