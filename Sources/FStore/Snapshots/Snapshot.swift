internal import FStoreLMDB

/// One consistent version of the store, within one ``FeatureStore/read(_:)``.
///
/// Every answer of a snapshot comes from the same commit, and "now" is the same moment for all of them. A snapshot
/// cannot be copied, stored or kept across an `await`; what it returns is borrowed from the memory map and cannot
/// leave the read either. While it is open, pages that writers free cannot be used again: keep reads short.
public struct Snapshot: ~Copyable, ~Escapable {
    let transaction: ReadTransaction
    let scratch: Scratch
    let walkScratch: Scratch
    let registry: FeatureRegistry
    let tables: StoreTables
    /// The moment that ttl and maximum ages are counted to.
    public let now: Timestamp

    @_lifetime(borrow reader)
    init(_ reader: borrowing Reader, tables: StoreTables, now: Timestamp) {
        transaction = reader.transaction
        scratch = reader.transaction.scratch
        walkScratch = reader.transaction.walkScratch
        registry = reader.registry
        self.tables = tables
        self.now = now
    }

    /// The commit time of the newest commit that this snapshot sees, or `nil` before the first write.
    public var lastCommitTime: Timestamp? {
        get throws(ReadError) {
            do {
                return try transaction.lastCommit(tables).map(Timestamp.init(nanoseconds:))
            } catch {
                throw ReadError(any: error)
            }
        }
    }

    /// The bytes of a bookmark that a batch carried, or `nil`. See ``WriteBatch/setBookmark(_:to:)``.
    public func bookmark(_ name: String) throws(ReadError) -> [UInt8]? {
        do {
            return try transaction.bookmark(name, tables)
        } catch {
            throw ReadError(any: error)
        }
    }

    /// Counts changes of definitions: what was found by name or id stays found as long as this stays the same.
    package var registryGeneration: UInt64 { registry.generation }

    /// The feature with this identity in `space`, or `nil`.
    package func feature(id: FeatureID, space: UInt32) -> Feature? {
        registry.feature(id: id).flatMap { $0.handle.space == space ? $0 : nil }
    }

    /// The feature with this name in `space`, or `nil`.
    package func feature(named name: String, space: UInt32) -> Feature? {
        registry.feature(named: name, space: space)
    }

    /// Lets lookups of this snapshot, all together, pass over so many cells that do not answer them. Beyond it they
    /// throw ``ReadError/limit(_:)`` with ``Limit/readSteps``.
    package func limitSteps(to count: Int) {
        scratch.stepsLeft = count
        walkScratch.stepsLeft = count
    }

    @inline(__always)
    func liveRule(_ feature: FeatureHandle) throws(ReadError) -> FeatureRule {
        if let rule = registry.rule(feature) { return rule }
        if let corruption = registry.damaged[feature.number] { throw .corrupted(corruption) }
        throw .unknownFeature
    }
}
