internal import FStoreLMDB

/// Removes everything about one entity of one space: rows and history, in every feature, deleted ones included.
///
/// What fits one slice goes in one transaction. For more, a ticket in `meta` is committed first, so that a store that
/// stops in the middle finishes when it is next opened; the ticket's commit time spares what is written afterwards.
struct EntityErasure {
    private let space: UInt32
    private let entity: EntityID
    private(set) var removedCells = 0
    /// Cells committed later than this stay. `nil` until the first slice has settled it.
    private var upTo: Int64?

    /// - Parameter upTo: what the ticket of an interrupted erasure says; a new erasure reaches up to the newest commit.
    init(space: UInt32, entity: EntityID, upTo: Int64? = nil) {
        self.space = space
        self.entity = entity
        self.upTo = upTo
    }

    /// Erases to the end. Returns how many cells are gone.
    mutating func run(_ writer: Writer) throws(WriteError) -> Int {
        var isDone = false
        var hasBegun = false
        while !isDone {
            do throws(WriteError) {
                isDone = try step(writer)
            } catch {
                // What is gone stays gone: the ticket of the first slice makes sure that the rest follows.
                guard hasBegun else { throw error }
                writer.schedule(.finishErasures)
                throw .eraseUnfinished(removedCells: removedCells, reason: error.description)
            }
            hasBegun = true
        }
        writer.publish([.entityErased(entity, space: space)])
        return removedCells
    }

    /// Erases one slice. `true` after the last one.
    private mutating func step(_ writer: Writer) throws(WriteError) -> Bool {
        let before = self
        let (erased, isDone) = try writer.removing { budget throws(WriteError) in
            try writer.change(.reclaiming) { transaction, registry throws(WriteError) in
                do {
                    var copy = before
                    let isDone = try copy.slice(writer, transaction, registry, budget: budget)
                    return ((copy, isDone), nil)
                } catch {
                    throw writer.failure(any: error)
                }
            }
        }
        self = erased
        return isDone
    }

    private mutating func slice(
        _ writer: Writer,
        _ transaction: borrowing WriteTransaction,
        _ registry: FeatureRegistry,
        budget: Int
    ) throws -> Bool {
        let tables = writer.tables
        let upTo = try self.upTo ?? transaction.lastCommit(tables) ?? .min
        self.upTo = upTo
        var left = budget
        do {
            let series = try SeriesWriter(transaction, tables, writer.scratch)
            // Rows go first, so that "latest" has forgotten the entity with the first commit.
            left -= try series.removeRows(of: entity.bytes, space: space, upTo: upTo, budget: left)
            let rows = budget - left
            for record in registry.records where left > 0 && record.feature.handle.space == space {
                let handle = record.feature.handle
                left -= try series.removeCells(of: handle, entity.bytes, upTo: upTo, budget: left)
            }
            removedCells += budget - left - rows
        }
        if left > 0 {
            try transaction.removeErasure(of: entity, space: space, tables)
            return true
        }
        try transaction.putErasure(of: entity, space: space, upTo: upTo, tables)
        return false
    }

    /// Goes on with erasures that a stop has interrupted.
    static func finishPending(_ writer: Writer) throws(WriteError) {
        let pending = try writer.change(.reclaiming) { transaction, _ throws(WriteError) in
            do {
                return (try transaction.erasures(writer.tables), nil)
            } catch {
                throw writer.failure(any: error)
            }
        }
        for (space, entity, upTo) in pending {
            var erasure = EntityErasure(space: space, entity: entity, upTo: upTo)
            _ = try erasure.run(writer)
        }
    }
}
