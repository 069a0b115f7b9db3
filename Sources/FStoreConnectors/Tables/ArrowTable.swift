internal import FStore
internal import FStoreArrow

/// The batches of an Arrow stream, cut into blocks.
final class ArrowTable: TableSource {
    private var reader: ArrowStreamReader
    private var batch: ArrowBatch?
    private var nextOfBatch = 0
    private var isBegun = false
    private var isFinished = false

    /// The batch that is being cut, and what has come since.
    var heldBytes: Int { batchBytes + pushedBytes }
    private var batchBytes = 0
    private var pushedBytes = 0

    var schema: ArrowSchema? { reader.schema }

    init(mostMessageBytes: Int) {
        var limits = ArrowLimits()
        limits.messageBytes = min(limits.messageBytes, mostMessageBytes)
        limits.dictionaryBytes = min(limits.dictionaryBytes, mostMessageBytes)
        reader = ArrowStreamReader(limits: limits)
    }

    func append(_ chunk: Span<UInt8>) {
        reader.push(chunk)
        pushedBytes += chunk.count
    }

    func finish() { isFinished = true }

    func next(_ mostRows: Int, from firstRow: Int) throws(TableProblem) -> (rows: Int, columns: [TableColumn])? {
        do throws(ArrowError) {
            while true {
                if let batch, nextOfBatch < batch.rowCount {
                    let rows = nextOfBatch..<min(nextOfBatch + mostRows, batch.rowCount)
                    nextOfBatch = rows.upperBound
                    isBegun = true
                    return (rows.count, Self.columns(rows.count == batch.rowCount ? batch : batch[rows]))
                }
                (batch, batchBytes) = (nil, 0)
                guard let event = try reader.next() else {
                    if isFinished { try reader.finish() }
                    return isFinished ? empty() : nil
                }
                switch event {
                case .schema: break
                case .batch(let found):
                    (batch, nextOfBatch) = (found, 0)
                    (batchBytes, pushedBytes) = (pushedBytes, 0)
                case .end: return empty()
                }
            }
        } catch {
            throw TableProblem(column: error.column, error.description, isTooLarge: error.kind == .tooLarge)
        }
    }

    /// A block without rows, once, for a table that has none.
    private func empty() -> (rows: Int, columns: [TableColumn])? {
        guard !isBegun, let schema = reader.schema else { return nil }
        isBegun = true
        return (0, schema.fields.map { TableColumn(name: $0.name, cells: .none) })
    }

    private static func columns(_ batch: ArrowBatch) -> [TableColumn] {
        batch.columns.map { TableColumn(name: $0.name, cells: .arrow($0)) }
    }
}
