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

    /// How many blocks are read at a time, and how many cells one has: 16 MB of numbers.
    private static let (mostGoing, blockCells) = (2, 2_000_000)

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
    var blockRows: Int { min(50_000, max(1000, Self.blockCells / max(1, read.question.features.count))) }

    /// Begins to read the features of a block.
    func add(_ block: TableBlock) async throws {
        if block.firstRow == 0 { try check(block) }
        let rows = TrainingRows(entities: try block.entities(read.entity), times: try block.times(read.time))
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
        let added = try await withTaskCancellationHandler {
            try await columns.value
        } onCancel: {
            columns.cancel()
        }
        try answer.write(echoes ? block : block.withoutColumns, adding: added)
    }

    /// A column of the rows and one that is added must not have the same name.
    private func check(_ block: TableBlock) throws(TableProblem) {
        let question = read.question
        for feature in question.features {
            var added = [feature.name]
            if question.hasStatuses { added.append(feature.name + "__status") }
            if question.hasEventTimes { added.append(feature.name + "__event_time") }
            for name in added where echoes && block.column(name) != nil {
                throw TableProblem(
                    column: name.excerpt,
                    "is in the rows, and the answer has a column of that name too; rename it, or send echo=false"
                )
            }
        }
    }
}
