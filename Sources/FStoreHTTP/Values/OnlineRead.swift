internal import FStoreServices
internal import FStore

/// `POST /online/read`: many features of many entities, as columns. Runs on the event loop or off it, and writes the
/// same bytes.
///
/// The store is walked in its own order; each answer is kept as text until all are there, then put in the asked one.
final class OnlineRead {
    /// Answers of one request.
    static let maxCells = 100_000

    private struct Cell {
        var start: Int = 0
        var count: Int = 0
        var status: Status = .missing
        var time: Int64 = 0
    }

    private let texts: JSONBuffer
    /// Kept for the next request. A request takes them out while it works: each look at a class's variable is checked
    /// for others who look at it, and a value needs three.
    private var kept: [Cell] = []

    /// - Parameter maxBytes: of the values of an answer.
    init(maxBytes: Int) {
        texts = JSONBuffer(capacity: 16_384, limit: maxBytes)
    }

    /// Whether the answer that was written last has more bytes than it may have.
    func isTooLarge(_ output: JSONBuffer) -> Bool { texts.isFull || output.isFull }

    /// The features of a request, found once.
    struct Columns {
        let list: FeatureList
        /// `["a","b"]`
        let names: [UInt8]

        init(_ features: [ResolvedFeature]) {
            list = FeatureList(features.map(\.handle))
            var names: [UInt8] = [UInt8(ascii: "[")]
            for (index, feature) in features.enumerated() {
                if index > 0 { names.append(UInt8(ascii: ",")) }
                names += feature.name
            }
            self.names = names + [UInt8(ascii: "]")]
        }
    }

    /// Writes the body for one entity whose name is at hand as bytes.
    func write(
        _ columns: Columns,
        entity: Span<UInt8>,
        at time: PointInTime,
        withTimes: Bool,
        _ snapshot: borrowing Snapshot,
        _ output: JSONBuffer
    ) throws(ReadError) {
        var cells = take(columns.list.count)
        defer { kept = cells }
        try snapshot.values(of: columns.list, forEntityBytes: entity, at: time) { feature, answer throws(ReadError) in
            cells[feature] = cell(answer)
        }
        if texts.isFull { return }
        open(columns, output)
        output.appendString(entity)
        close(cells, columns.list.count, 1, withTimes, output)
    }

    /// Writes the body for several entities.
    func write(
        _ columns: Columns,
        entities: EntityList,
        at time: PointInTime,
        withTimes: Bool,
        _ snapshot: borrowing Snapshot,
        _ output: JSONBuffer
    ) throws(ReadError) {
        let width = entities.count
        var cells = take(columns.list.count * width)
        defer { kept = cells }
        try snapshot.values(of: columns.list, for: entities, at: time) { feature, entity, answer throws(ReadError) in
            cells[feature * width + entity] = cell(answer)
        }
        if texts.isFull { return }
        open(columns, output)
        for index in 0..<width {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.appendString(entities.entities[index].text.utf8Span.span)
        }
        close(cells, columns.list.count, width, withTimes, output)
    }

    /// At least `count` cells, all missing.
    private func take(_ count: Int) -> [Cell] {
        texts.removeAll()
        var cells = kept
        kept = []
        if cells.count < count { return Array(repeating: Cell(), count: count) }
        for index in 0..<count { cells[index] = Cell() }
        return cells
    }

    /// Writes the text of an answer's value and says where it stands.
    @inline(__always)
    private func cell(_ answer: borrowing BorrowedAnswer) -> Cell {
        let start = texts.count
        if let value = answer.value, !texts.isFull { texts.append(value) }
        let count = texts.isFull ? 0 : texts.count - start
        return Cell(start: start, count: count, status: answer.status, time: answer.eventTime?.nanoseconds ?? 0)
    }

    private func open(_ columns: Columns, _ output: JSONBuffer) {
        output.removeAll()
        output.append("{\"features\":")
        output.append(columns.names)
        output.append(",\"entities\":[")
    }

    private func close(_ cells: [Cell], _ height: Int, _ width: Int, _ withTimes: Bool, _ output: JSONBuffer) {
        output.append("],\"values\":")
        grid(cells, height, width, output) { cell in
            if cell.count == 0 {
                output.append("null")
            } else {
                output.append(texts, from: cell.start, count: cell.count)
            }
        }
        output.append(",\"statuses\":")
        grid(cells, height, width, output) { cell in output.append(cell.status) }
        if withTimes {
            output.append(",\"timestamps\":")
            grid(cells, height, width, output) { cell in
                if cell.status == .missing {
                    output.append("null")
                } else {
                    output.append(Timestamp(nanoseconds: cell.time))
                }
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    @inline(__always)
    private func grid(
        _ cells: [Cell],
        _ height: Int,
        _ width: Int,
        _ output: JSONBuffer,
        _ write: (Cell) -> Void
    ) {
        output.append(UInt8(ascii: "["))
        for row in 0..<height {
            output.append(row == 0 ? "[" : ",[")
            if output.isFull { return }
            for column in 0..<width {
                if column > 0 { output.append(UInt8(ascii: ",")) }
                write(cells[row * width + column])
            }
            output.append(UInt8(ascii: "]"))
        }
        output.append(UInt8(ascii: "]"))
    }
}
