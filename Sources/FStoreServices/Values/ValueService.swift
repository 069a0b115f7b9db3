package import FStore
internal import FStoreCatalog
package import FStoreConnectors
package import FStoreIdentity

/// The use cases on values. The organization comes from the caller alone: features are found in its space, and what is
/// read or written is reached through a feature that was found for it.
package struct ValueService: Sendable {
    private let store: FeatureStore
    private let audit: AuditService
    private let quotas: QuotaTable
    private let time: TimeSource
    /// Keys of tables that are being stored.
    let tableKeys = TableKeys()

    /// - Parameters:
    ///   - quotas: how much each organization may write.
    ///   - time: what writes are counted by.
    package init(
        store: FeatureStore,
        audit: AuditService,
        quotas: QuotaTable = QuotaTable(),
        time: TimeSource = .system
    ) {
        self.store = store
        self.audit = audit
        self.quotas = quotas
        self.time = time
    }

    /// Why a batch is not written.
    package enum Refusal: Error, Sendable {
        case store(WriteError)
        case quota(QuotaRefusal)
    }

    // MARK: Reading

    /// Runs `body` on one consistent state of the store: all that it reads was true at the same moment.
    ///
    /// Features of the caller are found by ``FeatureCache`` or ``ResolvedFeature``. Nothing may wait in `body`, and
    /// what it borrows does not leave it.
    package func read<Result>(
        for caller: Principal,
        _ body: (borrowing Snapshot) throws(ReadError) -> Result
    ) throws(ReadError) -> Result {
        try store.read(body)
    }

    /// The history of some entities, a page of it.
    ///
    /// - Parameter each: called for each value of the page, in order; `false` ends the page before that value.
    package func history(
        _ question: HistoryQuestion,
        for caller: Principal,
        _ each: (EntityID, borrowing BorrowedAnswer) -> Bool
    ) throws(ReadError) -> HistoryPage {
        try store.read { snapshot throws(ReadError) in
            var walk = try HistoryPageWalk(question, snapshot)
            return try walk.run(snapshot, each)
        }
    }

    /// Every entity that has a value, a page of them.
    ///
    /// - Parameter each: called for each entity of the page, in order; `false` ends the page before that entity.
    package func entities(
        _ question: EntityWalkQuestion,
        for caller: Principal,
        _ each: (borrowing EntityAnswer) -> Bool
    ) throws(ReadError) -> EntityWalkPage {
        try store.read { snapshot throws(ReadError) in
            var walk = try EntityPageWalk(question, snapshot)
            return try walk.run(snapshot, each)
        }
    }

    // MARK: Writing

    /// Writes a batch whose features were found for `caller`: all of it or nothing.
    package func write(
        _ batch: consuming WriteBatch,
        for caller: Principal
    ) async throws(Refusal) -> CommitReceipt {
        try admit(values: batch.count, bytes: batch.byteCount, for: caller)
        do throws(WriteError) { return try await store.write(batch) } catch { throw .store(error) }
    }

    /// Counts what is about to be written against the quotas of the caller's organization.
    func admit(values: Int, bytes: Int?, for caller: Principal) throws(Refusal) {
        guard let meter = quotas.meter(of: caller.organizationID) else { return }
        do throws(QuotaRefusal) {
            try meter.admit(values: values, bytes: bytes, at: time.monotonic())
        } catch {
            throw .quota(error)
        }
    }

    /// Hands a batch to the writer and returns at once.
    ///
    /// - Parameter complete: called on the writer's thread when the batch is committed or refused.
    package func submit(
        _ batch: consuming WriteBatch,
        for caller: Principal,
        complete: @escaping @Sendable (Result<CommitReceipt, WriteError>) -> Void
    ) throws(Refusal) {
        try admit(values: batch.count, bytes: batch.byteCount, for: caller)
        do throws(WriteError) { try store.submit(batch, complete: complete) } catch { throw .store(error) }
    }

    func load(_ plan: TableLoad.Plan, _ means: TableLoad.Means) -> TableLoad { TableLoad(into: store, plan, means) }

    /// Loads lines of NDJSON into a feature that was found for `caller`, as they come in.
    package func lines(
        into feature: Feature,
        receivedAt: Timestamp,
        maxLineBytes: Int,
        options: LoadOptions,
        for caller: Principal
    ) -> LineLoad {
        LineLoad(
            into: feature,
            of: store,
            receivedAt: receivedAt,
            maxLineBytes: maxLineBytes,
            options: options
        ) { values, bytes in
            try admit(values: values, bytes: bytes, for: caller)
        }
    }

    /// What deleting values came to.
    package struct Deletion: Sendable {
        /// `nil` when nothing was there.
        package var receipt: CommitReceipt?
        /// Entities of which nothing was there.
        package var missing: [EntityID] = []
    }

    /// Writes tombstones: for the value at exactly `time`, or for the newest one of each entity.
    package func delete(
        _ entities: [EntityID],
        of feature: Feature,
        at time: Timestamp?,
        for caller: Principal
    ) async throws -> Deletion {
        var deletion = Deletion()
        var batch = WriteBatch()
        for entity in entities {
            guard let found = try eventTime(of: entity, feature, at: time) else {
                deletion.missing.append(entity)
                continue
            }
            try batch.delete(feature.handle, for: entity, at: found)
        }
        guard batch.count > 0 else { return deletion }
        let count = batch.count
        // Tombstones take room too; but who has no more must be able to delete.
        try admit(values: count, bytes: nil, for: caller)
        deletion.receipt = try await store.write(batch)
        var details = [("feature", feature.name), ("entities", String(count))]
        if let time { details.append(("time", time.description)) }
        await audit.note(.valuesDelete, "\(feature.id)", details: details, for: caller)
        return deletion
    }

    /// The event time of the value that goes: the newest one's, or `time` itself when a value is there.
    private func eventTime(of entity: EntityID, _ feature: Feature, at time: Timestamp?) throws -> Timestamp? {
        guard let time else { return try store.value(of: feature.handle, for: entity).eventTime }
        let page = try store.history(of: feature.handle, for: entity, from: time, through: time, limit: 1)
        return page.entries.isEmpty ? nil : time
    }

    /// Removes everything about an entity physically, in all features of the organization.
    ///
    /// - Returns: how many values are gone.
    package func erase(_ entity: EntityID, for caller: Principal) async throws(WriteError) -> Int {
        let erased = try await store.erase(entity, space: caller.space)
        await audit.note(.entityErase, entity.text, details: [("values", String(erased))], for: caller)
        return erased
    }
}
