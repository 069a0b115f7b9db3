internal import FStore
internal import FStoreConnectors
internal import FStoreServices

/// Joins the blocks of a table with their features, some at a time, and writes them in their order.
final class TrainingJoin {
    /// A question whose features are found.
    struct Read: Sendable {
        let question: TrainingQuestion
        let entity: String
        let time: String
        let commit: Timestamp
    }

    private let read: Read
    private let answer: TableAnswer
    private let echoes: Bool
    private let columns: @Sendable (TrainingRows) async throws -> [AddedColumn]
    /// Blocks whose features are being read, the oldest first.
    private var going: [(block: TableBlock, columns: Task<[AddedColumn], any Error>)] = []

    /// Rows of one table, at most.
    static let maxRows = 10_000_000
    /// How many blocks are read at a time.
    private static let mostGoing = 2
    /// Bytes of the numbers and vectors that answer one block, and its rows, at most.
    private static let (blockBytes, blockRows) = (4 << 20, 20_000)

    init(
        _ read: Read,
        answer: TableAnswer,
        echoes: Bool,
        columns: @escaping @Sendable (TrainingRows) async throws -> [AddedColumn]
    ) {
        self.read = read
        self.answer = answer
        self.echoes = echoes
        self.columns = columns
    }

    deinit { for part in going { part.columns.cancel() } }

    /// Rows of a block, at most.
    var blockRows: Int { min(Self.blockRows, max(1, Self.blockBytes / max(1, rowBytes))) }

    /// What answers one row, without its texts.
    private var rowBytes: Int {
        read.question.features.reduce(0) { sum, feature in
            if case .vector(let dimension) = feature.type { sum + 4 * dimension } else { sum + 9 }
        }
    }

    /// Memory of the blocks that are being read, about: the rows, what was found for them, and the columns that are
    /// made of it.
    var heldBytes: Int {
        let columns = 4 * rowBytes + read.question.features.count * (read.question.hasEventTimes ? 16 : 0)
        return going.reduce(0) { $0 + $1.block.rowCount * (columns + 64) }
    }

    /// Begins to read the features of a block.
    func add(_ block: TableBlock) async throws {
        if block.firstRow + block.rowCount > Self.maxRows {
            throw APIError.bodyTooLarge(nil, "the table has more than \(Self.maxRows) rows; send it in parts")
        }
        if block.firstRow == 0 { try check(block) }
        let rows = try rows(of: block)
        if going.count == Self.mostGoing { try await writeFirst() }
        going.append((block, Task { [columns] in try await columns(rows) }))
    }

    /// Writes what is left, and the end of the table.
    func finish() async throws {
        while !going.isEmpty { try await writeFirst() }
        try answer.finish()
    }

    private func writeFirst() async throws {
        let (block, columns) = going.removeFirst()
        do {
            let added = try await withTaskCancellationHandler {
                try await columns.value
            } onCancel: {
                columns.cancel()
            }
            try await write(block, added)
        } catch is TrainingService.TooLarge {
            try await writeHalves(block)
        }
    }

    /// Texts can be so large that a block has to be read in parts.
    private func writeHalves(_ block: TableBlock) async throws {
        let middle = block.rowCount / 2
        for rows in [0..<middle, middle..<block.rowCount] {
            let half = block[rows]
            do {
                try await write(half, columns(try self.rows(of: half)))
            } catch is TrainingService.TooLarge {
                try await writeHalves(half)
            }
        }
    }

    /// Writes some rows at a time: others get their turn between two pieces of work.
    private func write(_ block: TableBlock, _ added: [AddedColumn]) async throws {
        try answer.write(echoes ? block : block.withoutColumns, adding: added)
        await Task.yield()
    }

    private func rows(of block: TableBlock) throws(TableProblem) -> TrainingRows {
        TrainingRows(entities: try block.entities(read.entity), times: try block.times(read.time))
    }

    /// No two columns of the answer have the same name.
    private func check(_ block: TableBlock) throws(TableProblem) {
        try TableBlock.check(entity: read.entity, time: read.time)
        var names: Set<String> = []
        for column in echoes ? block.columns : [] where !names.insert(column.name).inserted {
            throw TableProblem(column: column.name.excerpt, "occurs twice in the rows")
        }
        let question = read.question
        for feature in question.features {
            var added = [feature.name]
            if question.hasStatuses { added.append(feature.name + "__status") }
            if question.hasEventTimes { added.append(feature.name + "__event_time") }
            for name in added where !names.insert(name).inserted {
                throw TableProblem(
                    column: name.excerpt,
                    block.column(name) != nil && echoes
                        ? "is in the rows, and the answer has a column of that name too; rename it, or send echo=false"
                        : "would be two columns of the answer; leave one of the features out"
                )
            }
        }
    }
}
