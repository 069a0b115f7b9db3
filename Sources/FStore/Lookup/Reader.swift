internal import FStoreLMDB
internal import Synchronization

/// A pooled read transaction with the registry that fits it.
///
/// `@unchecked Sendable`: whoever has taken it out of the pool is its only user; `startedAt` alone is read by others.
final class Reader: @unchecked Sendable {
    let transaction: ReadTransaction
    private(set) var registry: FeatureRegistry
    private var registryCommit: Int
    /// Nanoseconds since 1970 when the read in progress began; 0 when there is none.
    let startedAt = Atomic<Int64>(0)

    init(_ transaction: ReadTransaction, registries: RegistryCache) throws(ReadError) {
        self.transaction = transaction
        registry = try registries.registry(for: transaction)
        registryCommit = transaction.commitNumber
    }

    /// Moves to the newest commit. While nobody commits, the registry is known to fit without a look.
    func renew(registries: RegistryCache) throws(ReadError) {
        do throws(StorageError) {
            try transaction.renew()
        } catch {
            throw ReadError(error)
        }
        guard transaction.commitNumber != registryCommit else { return }
        do throws(ReadError) {
            registry = try registries.registry(for: transaction)
            registryCommit = transaction.commitNumber
        } catch {
            transaction.reset()
            throw error
        }
    }
}
