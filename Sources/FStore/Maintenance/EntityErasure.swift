internal import FStoreLMDB

/// Removes everything about one entity of one space: rows and history, in every feature, deleted ones included.
///
/// What fits one slice goes in one transaction. For more, a ticket in `meta` is committed first, so that a store that
/// stops in the middle finishes when it is next opened; the ticket's commit time spares what is written afterwards.
struct EntityErasure {
    private let space: UInt32
    private let entity: EntityID
    private let ticketKey: [UInt8]
    private(set) var removedCells = 0
    /// Cells committed later than this stay. `nil` until the first slice has settled it.
    private var upTo: Int64?

    /// - Parameter upTo: what the ticket of an interrupted erasure says; a new erasure reaches up to the newest commit.
    init(space: UInt32, entity: EntityID, upTo: Int64? = nil) {
        self.space = space
        self.entity = entity
        self.upTo = upTo
        ticketKey = MetaKey.erasure(space: space, entity: entity)
    }

    /// Erases to the end. Returns how many cells are gone.
    mutating func run(_ writer: Writer) throws(WriteError) -> Int {
        var isDone = false
        while !isDone {
            var copy = self
            isDone = try writer.change { transaction, registry throws(WriteError) in
                do {
                    return (try copy.slice(writer, transaction, registry), nil)
                } catch let error as StorageError {
                    throw writer.failure(error)
                } catch let error as Corruption {
                    throw .corrupted(error)
                } catch let error as ReadError {
                    throw WriteError(error)
                } catch {
                    throw .storage("\(error)")
                }
            }
            self = copy
        }
        return removedCells
    }

    private mutating func slice(
        _ writer: Writer,
        _ transaction: borrowing WriteTransaction,
        _ registry: FeatureRegistry
    ) throws -> Bool {
        let tables = writer.tables
        let upTo = try self.upTo ?? newestCommit(transaction, tables)
        self.upTo = upTo
        let history = try transaction.cursor(over: tables.history)
        let latest = try transaction.cursor(over: tables.latest)
        try removeRows(latest, writer, upTo)
        var left = Housekeeping.sliceBudget
        for record in registry.records where record.feature.handle.space == space {
            left -= try removeSeries(record, history, latest, writer, upTo, budget: left)
            if left <= 0 { break }
        }
        removedCells += Housekeeping.sliceBudget - left
        if left > 0 {
            try transaction.remove(ticketKey.span.raw, from: tables.meta)
            return true
        }
        try transaction.putMeta(upTo, for: ticketKey, in: tables)
        return false
    }

    private func newestCommit(
        _ transaction: borrowing WriteTransaction,
        _ tables: StoreTables
    ) throws -> Int64 {
        let key = MetaKey.lastCommit
        guard let value = try transaction.value(forKey: key.span.raw, in: tables.meta) else { return .min }
        return try MetaKey.integer(value, key: key, as: Int64.self)
    }

    /// Rows go first, so that "latest" has forgotten the entity with the first commit.
    private func removeRows(
        _ latest: borrowing WriteCursor,
        _ writer: Writer,
        _ upTo: Int64
    ) throws(StorageError) {
        let memory = writer.scratch.latest
        let name = entity.bytes
        var key = ByteComposer(in: memory)
        key.appendEntity(space: space, name)
        var found = try latest.walk.seek(atOrAfter: key.bytes)
        while let row = found, row.key.byteCount == key.count + 4, row.key.starts(with: key.bytes) {
            if !isLater(row, than: upTo) { try latest.removeCurrent() }
            found = try latest.walk.next()
        }
    }

    /// A damaged row tells no commit time and goes.
    private func isLater(_ row: Entry, than upTo: Int64) -> Bool {
        guard let cell = StoredCell(latestKey: row.key, value: row.value) else { return false }
        return cell.commitTime > upTo
    }

    private func removeSeries(
        _ record: FeatureRecord,
        _ history: borrowing WriteCursor,
        _ latest: borrowing WriteCursor,
        _ writer: Writer,
        _ upTo: Int64,
        budget: Int
    ) throws -> Int {
        let memory = writer.scratch.history
        var key = ByteComposer(in: memory)
        key.appendSeries(record.number, entity.bytes)
        var removed = 0
        var hasSurvivors = false
        var found = try history.walk.seek(atOrAfter: key.bytes)
        while let entry = found, entry.key.byteCount == key.count + 16, entry.key.starts(with: key.bytes),
            removed < budget
        {
            if HistoryKey.commitTime(in: entry.key) <= upTo {
                try history.removeCurrent()
                removed += 1
            } else {
                hasSurvivors = true
            }
            found = try history.walk.next()
        }
        if hasSurvivors {
            let rowMemory = writer.scratch.latest
            var row = ByteComposer(in: rowMemory)
            row.appendLatestKey(space: space, entity.bytes, record.number)
            try LatestRow.derive(row.bytes, notAfter: .max, with: latest, history, writer.scratch)
        }
        return removed
    }

    /// Goes on with erasures that a stop has interrupted.
    static func finishPending(_ writer: Writer) throws(WriteError) {
        let pending: [EntityErasure] = try writer.change { transaction, _ throws(WriteError) in
            do {
                let cursor = try transaction.cursor(over: writer.tables.meta)
                let prefix = MetaKey.erasurePrefix
                var tickets: [EntityErasure] = []
                var found = try cursor.walk.seek(atOrAfter: prefix.span.raw)
                while let entry = found, entry.key.starts(with: prefix.span.raw) {
                    let rest = entry.key.extracting(droppingFirst: prefix.count)
                    if rest.byteCount > 4 {
                        let entity = EntityID(stored: rest.extracting(droppingFirst: 4))
                        let upTo = try MetaKey.integer(entry.value, key: entry.key.copied, as: Int64.self)
                        let space = rest.bigEndian(at: 0, as: UInt32.self)
                        tickets.append(EntityErasure(space: space, entity: entity, upTo: upTo))
                    }
                    found = try cursor.walk.next()
                }
                return (tickets, nil)
            } catch let error as StorageError {
                throw writer.failure(error)
            } catch let error as Corruption {
                throw .corrupted(error)
            } catch {
                throw .storage("\(error)")
            }
        }
        for var erasure in pending { _ = try erasure.run(writer) }
    }
}
