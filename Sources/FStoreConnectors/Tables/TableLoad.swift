package import FStore
internal import FStoreText

/// Stores a table block by block: a column of entities, one of event times, and a column for each feature.
///
/// Each batch is one commit, and carries how far the load has come: the same table sent again under the same key goes
/// on behind what is stored. A row is stored whole or rejected whole.
package final class TableLoad {
    /// What is to be done.
    package struct Plan: Sendable {
        package var entity = "entity_id"
        /// The column of event times; `nil`: `timestamp` where the table has it, else all rows are of `receivedAt`.
        package var time: String?
        /// The columns to store; `nil`: all others.
        package var features: [String]?
        /// Whether cells that are null or empty are stored as null; else they are passed over.
        package var storesNulls = false
        /// Whether features that do not exist are made.
        package var mayCreate = false
        package var receivedAt: Timestamp
        /// The name under which the store remembers how far it has come.
        package var bookmark: LoadKey?

        package init(receivedAt: Timestamp) {
            self.receivedAt = receivedAt
        }

        /// A digest of everything that decides what becomes of a table with these columns.
        fileprivate func choices(_ columns: [String]) -> String {
            var object = JSONObjectText()
            object.add("entity", entity)
            object.add("time", time)
            object.add("features", features ?? ["all"])
            object.add("columns", columns)
            object.add("nulls", storesNulls)
            return String(InputDigest.of(String(decoding: object.bytes, as: UTF8.self)), radix: 16)
        }
    }

    /// What the load needs of those above it.
    package struct Means: Sendable {
        /// The feature of a name.
        package let find: @Sendable (String) throws -> Feature?
        /// Makes a feature.
        package let define: @Sendable (String, ValueType?) async throws -> Feature
        /// Waits until so many values of so many bytes may be written.
        package let admit: @Sendable (_ values: Int, _ bytes: Int) async throws -> Void

        package init(
            find: @escaping @Sendable (String) throws -> Feature?,
            define: @escaping @Sendable (String, ValueType?) async throws -> Feature,
            admit: @escaping @Sendable (_ values: Int, _ bytes: Int) async throws -> Void
        ) {
            self.find = find
            self.define = define
            self.admit = admit
        }
    }

    /// Why a table is not stored, or not to its end.
    package enum Refusal: Error, Hashable, Sendable {
        case unknownFeatures([String])
        /// The key was used for a table with other columns or other choices.
        case otherTable
        /// Not one row fits; these are the first.
        case allRejected([TableProblem])
    }

    private struct Target {
        let column: Int
        let feature: Feature
    }

    private let store: FeatureStore
    private let plan: Plan
    private let means: Means
    private var targets: [Target] = []
    private var time: String?
    private var isBegun = false
    private var batch = WriteBatch()
    private var pending: PendingWrite?
    private var cells: [(Int, FeatureValue)] = []
    private var progress: TableProgress
    /// Rows that an earlier request has stored or rejected.
    package private(set) var skipped = 0
    /// Features that this request has made.
    package private(set) var created: [String] = []
    /// The first rows that were rejected.
    package private(set) var rejects: [TableProblem] = []
    private static let keptRejects = 100

    package init(into store: FeatureStore, _ plan: Plan, _ means: Means) {
        self.store = store
        self.plan = plan
        self.means = means
        progress = TableProgress(key: plan.bookmark?.key ?? "", choices: "")
    }

    /// Goes on where an earlier request with the key has ended, if it was about the same columns.
    private func resume(_ columns: [String]) throws {
        progress = TableProgress(key: progress.key, choices: plan.choices(columns))
        guard let bookmark = plan.bookmark, let bytes = try store.bookmark(bookmark.name),
            let kept = TableProgress(bytes), kept.key == bookmark.key
        else { return }
        if kept.choices != progress.choices { throw Refusal.otherTable }
        progress = kept
        skipped = kept.rows
    }

    /// Rows that were stored, of all requests under the key.
    package var rows: Int { progress.rows - progress.rejected }
    package var values: Int { progress.values }
    package var rejected: Int { progress.rejected }
    package var committed: Timestamp? { progress.committed }
    /// Memory of what waits to be written, about.
    package var heldBytes: Int { batch.byteCount }

    /// Stores the rows of a block.
    package func add(_ block: TableBlock) async throws {
        // Lines of JSON without a line have no columns either.
        if block.rowCount == 0, block.columns.isEmpty { return }
        if !isBegun { try await begin(block) }
        let entityColumn = try block.required(plan.entity)
        let timeColumn = try time.map { name throws(TableProblem) in try block.required(name) }
        let reader = TimeReader()
        for row in max(0, min(block.rowCount, skipped - block.firstRow))..<block.rowCount {
            do {
                let (entity, moment) = try read(block, row, entityColumn, timeColumn, reader)
                if !hasRoom { try await commit() }
                try put(entity, moment)
            } catch let error as Rejection {
                reject(TableProblem(row: block.firstRow + row, column: error.field, error.reason))
            }
            progress.rows += 1
        }
    }

    /// Stores what is left.
    package func finish() async throws {
        if batch.count > 0 { try await commit() }
        try await waitForPending()
        if progress.rows > 0, progress.rejected == progress.rows { throw Refusal.allRejected(rejects) }
    }

    /// Bytes of a batch, about; one row may have more.
    private static let batchBytes = StoreLimits.batchBytes.upperBound / 4

    /// Whether the row that was read fits into the batch. Rows are not divided.
    private var hasRoom: Bool {
        batch.count == 0
            || batch.count + cells.count <= StoreLimits.batchCells.upperBound
                && batch.byteCount + rowBytes <= Self.batchBytes
    }

    /// About how many bytes the row that was read has in a batch.
    private var rowBytes: Int { cells.reduce(0) { $0 + Self.cellBytes + $1.1.textBytes } }

    /// About what a cell takes beside its text: entity, times, feature.
    private static let cellBytes = StoreLimits.entityBytes.upperBound + 64

    // MARK: Rows

    /// Reads a row: its values are in ``cells`` then. Nothing is wrong with them that a batch would refuse.
    private func read(
        _ block: TableBlock,
        _ row: Int,
        _ entityColumn: TableColumn,
        _ timeColumn: TableColumn?,
        _ reader: TimeReader
    ) throws(Rejection) -> (EntityID, Timestamp) {
        let entity: EntityID
        do throws(Rejection) { entity = try entityColumn.entity(row) } catch { throw error.of(plan.entity) }
        var moment = plan.receivedAt
        if let timeColumn {
            do throws(Rejection) { moment = try timeColumn.time(row, reader) } catch { throw error.of(timeColumn.name) }
        }
        cells.removeAll(keepingCapacity: true)
        for (index, target) in targets.enumerated() {
            let column = block.columns[target.column]
            do throws(Rejection) {
                guard let value = try column.value(row, as: target.feature.type) else { continue }
                if value != .null || plan.storesNulls { cells.append((index, value)) }
            } catch {
                throw error.of(column.name)
            }
        }
        let bytes = rowBytes
        if bytes > StoreLimits.batchBytes.upperBound {
            throw Rejection(
                "the row has about \(bytes) bytes; \(StoreLimits.batchBytes.upperBound) can be stored at once"
            )
        }
        return (entity, moment)
    }

    /// Puts the row that was read into the batch.
    private func put(_ entity: EntityID, _ moment: Timestamp) throws(WriteError) {
        for (index, value) in cells {
            try batch.put(value, of: targets[index].feature.handle, for: entity, at: moment)
        }
        progress.values += cells.count
    }

    private func reject(_ problem: TableProblem) {
        progress.rejected += 1
        if rejects.count < Self.keptRejects { rejects.append(problem) }
    }

    // MARK: Columns

    private func begin(_ block: TableBlock) async throws {
        isBegun = true
        try resume(block.columns.map(\.name))
        time = plan.time ?? (block.column("timestamp") == nil ? nil : "timestamp")
        _ = try block.required(plan.entity)
        if let time { _ = try block.required(time) }
        let names = plan.features ?? block.columns.map(\.name).filter { $0 != plan.entity && $0 != time }
        try TableBlock.check(entity: plan.entity, time: time)
        for name in names where name == plan.entity || name == time {
            throw TableProblem(column: name.excerpt, "has the entities or the times, and cannot be a feature too")
        }
        let places = Dictionary(block.columns.indices.map { (block.columns[$0].name, $0) }) { first, _ in first }
        var found: [(column: Int, feature: Feature?)] = []
        var unknown: [String] = []
        for name in names {
            guard let place = places[name] else {
                _ = try block.required(name)
                continue
            }
            let feature = try means.find(name)
            if feature == nil, !plan.mayCreate { unknown.append(name) }
            found.append((place, feature))
        }
        if !unknown.isEmpty { throw Refusal.unknownFeatures(unknown) }
        var seen: Set<Int> = []
        if let twice = found.first(where: { !seen.insert($0.column).inserted }) {
            throw TableProblem(column: block.columns[twice.column].name.excerpt, "would fill its feature twice")
        }
        if found.isEmpty { throw TableProblem("the table has no column with values beside entity and time") }
        for (column, feature) in found {
            if let feature {
                targets.append(Target(column: column, feature: feature))
                continue
            }
            let name = block.columns[column].name
            let made = try await means.define(name, block.columns[column].featureType(rows: block.rowCount))
            created.append(name)
            targets.append(Target(column: column, feature: made))
        }
    }

    // MARK: Commits

    /// Hands the batch over, behind the one before.
    private func commit() async throws {
        try await waitForPending()
        var full = WriteBatch()
        swap(&full, &batch)
        try await means.admit(full.count, full.byteCount)
        if let bookmark = plan.bookmark { try full.setBookmark(bookmark.name, to: progress.bytes) }
        pending = try PendingWrite(full, to: store)
    }

    private func waitForPending() async throws {
        guard let earlier = pending.take() else { return }
        progress.committed = try await earlier.wait().commitTime
    }
}
