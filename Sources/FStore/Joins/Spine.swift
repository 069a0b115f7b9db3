internal import FStoreLMDB

/// The rows of a training set: an entity and a moment each, prepared once and used for many reads.
///
/// Feast calls it the entity data frame. Keeps the asked order for the answers and the store's order for the walk. An
/// entity may occur in any number of rows, a row more than once. Takes 16 bytes a row, and each name once.
public struct Spine: Sendable {
    /// The entities, each once, in the order of the store.
    let entities: [EntityID]
    /// Where the rows of each entity end in `rows`; they begin where those of the one before end.
    let ends: [Int]
    /// The rows by entity; those of one entity by time, newest first, as its cells are.
    let rows: [Row]

    struct Row: Sendable {
        let time: Int64
        /// In the asked order.
        let position: Int
    }

    /// How many rows.
    public var count: Int { rows.count }

    /// Rows in the order in which the answers are wanted: row `i` asks for `entities[i]` as of `times[i]`.
    ///
    /// - Throws: ``SpineError`` when there are more of one than of the other.
    public init(entities: [EntityID], times: [Timestamp]) throws(SpineError) {
        guard entities.count == times.count else {
            throw SpineError(entities: entities.count, times: times.count)
        }
        var names = NameTable()
        let numbers = entities.indices.map { names.number(of: entities[$0]) }
        let order = EntityList(names.names).order
        self.entities = order.map { names.names[$0] }

        var counts = [Int](repeating: 0, count: order.count)
        for number in numbers { counts[Int(number)] += 1 }
        // Of each name by its number: where its rows begin.
        var begins = counts
        var ends: [Int] = []
        ends.reserveCapacity(order.count)
        for number in order {
            begins[number] = ends.last ?? 0
            ends.append(begins[number] + counts[number])
        }
        self.ends = ends
        var rows = Self.newestFirst(times)
        var spare = rows
        Self.deal(&rows, &spare, &begins) { Int(numbers[$0.position]) }
        self.rows = rows
    }

    /// The rows by time, newest first: dealt out by one byte of their age after the other, the lowest first. Nothing is
    /// compared, and rows of one moment keep their order.
    private static func newestFirst(_ times: [Timestamp]) -> [Row] {
        var rows = times.indices.map { Row(time: times[$0].nanoseconds, position: $0) }
        guard let newest = times.max()?.nanoseconds, let oldest = times.min()?.nanoseconds else { return rows }
        var spare = rows
        let bits = 64 - age(oldest, newest).leadingZeroBitCount
        for shift in stride(from: 0, to: bits, by: 8) {
            var begins = [Int](repeating: 0, count: 257)
            for row in rows { begins[Int(age(row.time, newest) >> UInt64(shift) & 0xFF) + 1] += 1 }
            for digit in 1...256 { begins[digit] += begins[digit - 1] }
            deal(&rows, &spare, &begins) { Int(age($0.time, newest) >> UInt64(shift) & 0xFF) }
        }
        return rows
    }

    /// How much older one moment is than another: up to all of 64 bits.
    private static func age(_ time: Int64, _ newest: Int64) -> UInt64 { UInt64(bitPattern: newest &- time) }

    /// Deals `rows` out to where those of each number begin, in the order in which they come.
    @inline(__always)
    private static func deal(
        _ rows: inout [Row],
        _ spare: inout [Row],
        _ begins: inout [Int],
        by number: (Row) -> Int
    ) {
        for row in rows {
            let number = number(row)
            spare[begins[number]] = row
            begins[number] += 1
        }
        swap(&rows, &spare)
    }

    /// The place `first` and those behind it, up to `end`, whose moments are not before `time`.
    @inline(__always)
    func places(from first: Int, before end: Int, notOlderThan time: Int64) -> Range<Int> {
        var next = first &+ 1
        while next < end, rows[next].time >= time { next &+= 1 }
        return first..<next
    }
}

/// The rows of a ``Spine`` do not fit: each needs one entity and one moment.
public struct SpineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many entities were given.
    public var entities: Int
    /// How many moments were given.
    public var times: Int

    /// A sentence with both numbers.
    public var description: String {
        "each row needs one entity and one time; \(entities) entities and \(times) times were given"
    }
}
