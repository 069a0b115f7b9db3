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
            let key = MetaKey.registry
            let generation = try Self.generation(transaction.value(forKey: key.span.raw, in: tables.meta))
            let registry = cached
            if registry.generation >= generation { return registry }
            let cursor = try OwnedCursor(over: tables.features, in: transaction)
            let loaded = try FeatureRegistry(generation: generation, walk: cursor.walk)
            publish(loaded)
            return loaded
        } catch let error as StorageError {
            throw ReadError(error)
        } catch let error as Corruption {
            throw .corrupted(error)
        } catch let error as ReadError {
            throw error
        } catch {
            throw .storage("\(error)")
        }
    }

    static func generation(_ value: RawSpan?) throws(Corruption) -> UInt64 {
        guard let value else { return 0 }
        return try MetaKey.integer(value, key: MetaKey.registry, as: UInt64.self)
    }
}
