internal import FStoreLMDB

/// Cells in the bytes in which they will be stored, and the order in which they will be.
struct CellArena: ~Copyable, Sendable {
    /// One cell: its `history` key, then tag and payload, then room for the checksum.
    struct Slot {
        var offset: UInt32
        var keyBytes: UInt32
        /// Tag and payload.
        var valueBytes: UInt32

        var valueStart: Int { Int(offset + keyBytes) }
    }

    private var arena: ByteArena
    private(set) var cells: [Slot] = []
    /// Positions in `cells` in the order of `history`, without cells that a later one replaces. Set by ``sort()``.
    private(set) var order: [Int] = []

    /// Bytes of all cells.
    var byteCount: Int { arena.count }

    init(capacity: Int = 1024) {
        arena = ByteArena(capacity: capacity)
    }

    /// Appends a cell of a value, or a tombstone where it is `nil`. The time of commit stays open.
    ///
    /// Nothing is appended when the value is refused or the batch grows past its limits.
    mutating func append(
        _ value: FeatureValue?,
        number: UInt32,
        entity: RawSpan,
        eventTime: Int64
    ) throws(WriteError) {
        let start = arena.count
        arena.append(bigEndian: number)
        arena.append(bigEndian: UInt8(truncatingIfNeeded: entity.byteCount))
        arena.append(entity)
        arena.append(bigEndian: HistoryKey.inverted(eventTime))
        arena.append(bigEndian: UInt64(0))
        let valueStart = arena.count
        do throws(WriteError) {
            if let value { try arena.append(value) } else { arena.append(tag: .tombstone) }
            arena.append(littleEndian: UInt32(0))
            try Self.checkSize(cells: cells.count + 1, bytes: arena.count)
        } catch {
            arena.truncate(to: start)
            throw error
        }
        cells.append(
            Slot(
                offset: UInt32(start),
                keyBytes: UInt32(valueStart - start),
                valueBytes: UInt32(arena.count - 4 - valueStart)
            )
        )
    }

    private static func checkSize(cells: Int, bytes: Int) throws(WriteError) {
        do throws(LimitError) {
            try LimitError.check(.batchCells, cells, in: StoreLimits.batchCells)
            try LimitError.check(.batchBytes, bytes, in: StoreLimits.batchBytes)
        } catch {
            throw .limit(error)
        }
    }

    /// Appends the cells of another arena in its order.
    mutating func append(_ other: borrowing CellArena) {
        let shift = UInt32(arena.count)
        arena.append(other.arena.bytes(at: 0, count: other.arena.count))
        for index in other.order {
            var cell = other.cells[index]
            cell.offset += shift
            order.append(cells.count)
            cells.append(cell)
        }
    }

    /// The `history` key of a cell.
    @_lifetime(borrow self)
    borrowing func key(_ index: Int) -> RawSpan {
        arena.bytes(at: Int(cells[index].offset), count: Int(cells[index].keyBytes))
    }

    /// Tag and payload of a cell.
    @_lifetime(borrow self)
    borrowing func value(_ index: Int) -> RawSpan {
        arena.bytes(at: cells[index].valueStart, count: Int(cells[index].valueBytes))
    }

    /// The number of a cell's feature.
    borrowing func number(_ index: Int) -> UInt32 { key(index).bigEndian(at: 0, as: UInt32.self) }

    /// The entity of a cell, copied.
    borrowing func entity(_ index: Int) -> EntityID { EntityID(stored: entityBytes(index)) }

    @_lifetime(borrow self)
    borrowing func entityBytes(_ index: Int) -> RawSpan { series(index).extracting(droppingFirst: 5) }

    /// What the keys of all cells of a series begin with: the number of the feature, and the entity.
    @_lifetime(borrow self)
    borrowing func series(_ index: Int) -> RawSpan { key(index).extracting(droppingLast: HistoryKey.timeBytes) }

    borrowing func eventTime(_ index: Int) -> Int64 { HistoryKey.eventTime(in: key(index)) }

    /// The commit time of a stamped cell.
    borrowing func commitTime(_ index: Int) -> Int64 { HistoryKey.commitTime(in: key(index)) }

    /// The type of a cell's value; `nil` for tombstones and null, which fit every type.
    borrowing func type(_ index: Int) -> ValueType? {
        let value = value(index)
        return Tag(stored: value.byte(at: 0))?.type(payloadBytes: value.byteCount - 1)
    }

    borrowing func isTombstone(_ index: Int) -> Bool { value(index).byte(at: 0) == Tag.tombstone.rawValue }

    /// Tag, payload and checksum of a stamped cell.
    @_lifetime(borrow self)
    borrowing func storedValue(_ index: Int) -> RawSpan {
        arena.bytes(at: cells[index].valueStart, count: Int(cells[index].valueBytes) + 4)
    }

    /// Brings the cells into the order of `history`; of cells with the same key only the last stays.
    mutating func sort() {
        order = Array(cells.indices)
        if turnDescendingRuns() { return }
        var sorted = order
        sorted.sort { left, right in
            let comparison = compareKeys(left, right)
            return comparison == 0 ? left < right : comparison < 0
        }
        order = sorted
        dropReplaced()
    }

    /// Of cells with the same key, which lie together now, keeps the last.
    private mutating func dropReplaced() {
        var kept = 0
        for position in order.indices {
            let isReplaced = position + 1 < order.count && compareKeys(order[position], order[position + 1]) == 0
            if isReplaced { continue }
            order[kept] = order[position]
            kept += 1
        }
        order.removeLast(order.count - kept)
    }

    /// Turns every run of descending keys round: a series usually comes oldest first, and `history` has it newest
    /// first.
    ///
    /// Returns whether all keys ascend now and differ, so that there is nothing left to sort.
    private mutating func turnDescendingRuns() -> Bool {
        var isSorted = true
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, compareKeys(end - 1, end) > 0 { end += 1 }
            if end - start > 1 { order[start..<end].reverse() }
            if start > 0, isSorted { isSorted = compareKeys(order[start - 1], order[start]) < 0 }
            start = end
        }
        return isSorted
    }

    private func compareKeys(_ left: Int, _ right: Int) -> Int {
        compare(key(left), key(right))
    }

    /// Writes the commit time into the keys of `range`, and the checksums behind their values.
    mutating func stamp(_ range: Range<Int>, commitTime: Int64) {
        let inverted = HistoryKey.inverted(commitTime)
        for index in range {
            let cell = cells[index]
            arena.patch(bigEndian: inverted, at: cell.valueStart - 8)
            let sum = checksum(key(index), value(index))
            arena.patch(littleEndian: sum, at: cell.valueStart + Int(cell.valueBytes))
        }
    }
}

extension CellArena {
    /// Turns an integer into the number of the same value; both take eight bytes.
    mutating func convertToFloat64(_ index: Int, featureName: String) throws(WriteError) {
        let integer = value(index).littleEndian(at: 1, as: Int64.self)
        guard integer.magnitude <= 1 << 53 else {
            throw .inexactInteger(feature: featureName, value: integer, cell: index)
        }
        let start = cells[index].valueStart
        arena.patch(littleEndian: Tag.float64.rawValue, at: start)
        arena.patch(littleEndian: Double(integer).bitPattern, at: start + 1)
    }
}
