package import FStore
internal import FStoreCatalog
package import FStoreConnectors
package import FStoreIdentity

/// Training sets: for each row of a table, the values of features as of the moment of the row.
package struct TrainingService: Sendable {
    private let store: FeatureStore
    /// Two parts of a table are joined at a time: the rows of different parts have nothing to do with each other.
    private let pool = ThreadPool(threads: 2, mostWaiting: 10_000, rank: .stepBack)

    /// The texts and binary values of these rows take too much memory; ask for fewer rows at a time.
    package struct TooLarge: Error {}

    /// More is asked for than can wait.
    package struct Busy: Error {}

    /// Bytes of texts and binary values that one call answers, at most; of a single row any number.
    static let mostBytes = 8 << 20

    /// Where answers are kept that are too large for memory.
    package let directory: String

    init(store: FeatureStore, catalog: Catalog) {
        self.store = store
        directory = catalog.directory + "answers"
    }

    /// The newest commit that the store has: the bound of what a training set knows that is read now.
    package func lastCommit(for caller: Principal) throws(ReadError) -> Timestamp {
        try store.lastCommitTime() ?? .earliest
    }

    /// The columns that answer `question` for some rows, in the order of the rows: for each feature its values, and
    /// behind them what else is asked for.
    ///
    /// - Throws: ``TooLarge``, ``Busy``, ``ReadError``.
    package func columns(
        _ question: TrainingQuestion,
        for rows: TrainingRows,
        for caller: Principal
    ) async throws -> [AddedColumn] {
        do {
            return try await pool.run { [store] in Result { try Self.join(store, question, rows) } }.get()
        } catch is ThreadPool.Busy {
            throw Busy()
        }
    }

    private static func join(
        _ store: FeatureStore,
        _ question: TrainingQuestion,
        _ rows: TrainingRows
    ) throws -> [AddedColumn] {
        let spine = try Spine(entities: rows.entities, times: rows.times)
        let maxAge = question.maxAge.map { $0.nanosecondsClamped }
        let room = TrainingColumn.Room(bytes: rows.times.count == 1 ? .max : mostBytes)
        let columns = question.features.map { TrainingColumn($0, rows: spine.count, question, room) }
        try store.read { snapshot throws(ReadError) in
            try snapshot.values(
                of: FeatureList(question.features.map(\.handle)),
                for: spine,
                known: question.known
            ) { feature, row, answer in
                columns[feature].set(answer, row: row, moment: rows.times[row], maxAge: maxAge)
            }
        }
        if room.isUsedUp { throw TooLarge() }
        return columns.flatMap { $0.finish() }
    }
}

extension Duration {
    /// In nanoseconds, or as many as there can be.
    fileprivate var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? .max : product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }
}
