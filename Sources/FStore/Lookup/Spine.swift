internal import FStoreLMDB

/// The rows of a training set: an entity and a moment each, prepared once and used for many reads.
///
/// Feast calls it the entity data frame. Keeps the asked order for the answers and the store's order for the walk. An
/// entity may occur in any number of rows, a row more than once. Takes about 24 bytes a row and each entity once.
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

    /// Rows in the order in which the answers are wanted: row `i` asks for `entities[i]` as of `times[i]`. Traps when
    /// there are more of one than of the other.
    public init(entities: [EntityID], times: [Timestamp]) {
        precondition(entities.count == times.count, "\(entities.count) entities and \(times.count) times make no rows")
        var names = NameTable()
        let numbers = entities.indices.map { names.number(of: entities[$0]) }
        let order = EntityList(names.names).order
        self.entities = order.map { names.names[$0] }

        var counts = [Int](repeating: 0, count: order.count)
        for number in numbers { counts[Int(number)] += 1 }
        var ends: [Int] = []
        ends.reserveCapacity(order.count)
        // Of each name by its number: where its next row goes.
        var places = counts
        var end = 0
        for number in order {
            places[number] = end
            end += counts[number]
            ends.append(end)
        }
        self.ends = ends
        rows = Self.sorted(numbers, times, &places, ends)
    }

    /// Deals the rows out to their entities, and sorts those of each.
    private static func sorted(
        _ numbers: [UInt32],
        _ times: [Timestamp],
        _ places: inout [Int],
        _ ends: [Int]
    ) -> [Row] {
        var rows = [Row](repeating: Row(time: 0, position: 0), count: numbers.count)
        for (position, number) in numbers.enumerated() {
            rows[places[Int(number)]] = Row(time: times[position].nanoseconds, position: position)
            places[Int(number)] += 1
        }
        var first = 0
        for end in ends {
            rows[first..<end].sort { $0.time > $1.time }
            first = end
        }
        return rows
    }

    /// The place `first` and those behind it, up to `end`, whose moments are not before `time`.
    @inline(__always)
    func places(from first: Int, before end: Int, notOlderThan time: Int64) -> Range<Int> {
        var next = first &+ 1
        while next < end, rows[next].time >= time { next &+= 1 }
        return first..<next
    }
}
