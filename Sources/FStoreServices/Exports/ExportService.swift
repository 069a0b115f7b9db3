internal import FStore
package import FStoreCatalog
package import FStoreIdentity
internal import FStoreConnectors
internal import Glibc
internal import Synchronization

/// Records that are written into files, to be downloaded (document 001).
package struct ExportService: Sendable {
    private let store: FeatureStore
    private let catalog: Catalog
    private let pool = ThreadPool(threads: 2, mostWaiting: 1000, rank: .stepBack)
    private let going = Going()
    private let directory: String
    /// How long the writing of one file may take.
    private static let longestWriting = Duration.seconds(3600)

    /// Which exports are being written, and how far they have come.
    private final class Going: Sendable {
        let records = Mutex<[String: Int]>([:])
    }

    init(store: FeatureStore, catalog: Catalog) {
        self.store = store
        self.catalog = catalog
        directory = catalog.directory + "exports"
    }

    /// A file that can be downloaded.
    package struct File: Sendable {
        package let path: String
        package let bytes: Int
        package let request: ExportRequest
        package let created: UnixNanoseconds
    }

    /// Why there is no file.
    package enum Refusal: Error, Sendable {
        case notReady
        case failed(String)
        case gone
    }

    /// Begins to write an export.
    package func create(_ request: ExportRequest, for caller: Principal) async throws -> Export {
        _ = try await RecordColumns(store: store, catalog: catalog)
            .columns(of: request.source, organization: caller.organizationID, space: caller.space)
        let export = try await catalog.createExport(
            request.text,
            organization: caller.organizationID,
            user: caller.userID
        )
        begin(export)
        return export
    }

    /// One export of the caller.
    package func export(_ id: String, for caller: Principal) async throws(CatalogError) -> Export {
        try await catalog.export(id, organization: caller.organizationID, user: caller.userID)
    }

    /// Whether the file of an export is no longer kept.
    package func isGone(_ export: Export, for caller: Principal) -> Bool { export.expires <= catalog.now }

    /// How many records of an export are written.
    package func progress(of export: Export, for caller: Principal) -> Int {
        export.records.map(Int.init) ?? going.records.withLock { $0[export.id] } ?? 0
    }

    /// The file of an export.
    package func file(_ id: String, for caller: Principal) async throws -> File {
        let export = try await export(id, for: caller)
        if isGone(export, for: caller) { throw Refusal.gone }
        switch export.state {
        case .processing: throw Refusal.notReady
        case .failed: throw Refusal.failed(export.error ?? "")
        case .completed: break
        }
        guard let request = ExportRequest(export.request), let bytes = export.bytes else { throw Refusal.gone }
        let path = directory + "/" + id
        var status = stat()
        guard unsafe stat(path, &status) == 0, Int64(status.st_size) == bytes else { throw Refusal.gone }
        return File(path: path, bytes: Int(bytes), request: request, created: export.created)
    }

    // MARK: Writing

    var jobs: [Job] {
        [
            // Those that the server was writing when it ended, too.
            Job("exports", every: .seconds(2)) {
                for export in try await catalog.exportsToWrite() { begin(export) }
            },
            Job("exports whose time is over", every: .seconds(60)) { try await removeOld() },
        ]
    }

    private func begin(_ export: Export) {
        let isNew = going.records.withLock { records in
            if records[export.id] != nil { return false }
            records[export.id] = 0
            return true
        }
        if !isNew { return }
        Task {
            await write(export)
            going.records.withLock { $0[export.id] = nil }
        }
    }

    private func write(_ export: Export) async {
        do {
            guard let request = ExportRequest(export.request) else {
                throw SourceProblem("the request is not one that this version has written")
            }
            let columns = try await RecordColumns(store: store, catalog: catalog)
                .columns(of: request.source, organization: export.organizationID, space: export.space)
            let mostBytes = Export.mostBytes - (try await catalog.exportedBytes(organization: export.organizationID))
            let result = try await pool.run {
                Result { try write(export, request, columns, mostBytes: Int(mostBytes)) }
            }
            let (bytes, records) = try result.get()
            try await catalog.finishExport(export.id, bytes: Int64(bytes), records: Int64(records), error: nil)
        } catch is ThreadPool.Busy {
            // The job comes back to it.
        } catch let error as CatalogError where error == .busy || error == .canceled {
            // So it does here; what was written is written once more.
        } catch {
            // A file that was whole before a kill, or half of one.
            for name in [export.id, export.id + ".part"] { _ = unsafe unlink(directory + "/" + name) }
            try? await catalog.finishExport(
                export.id,
                bytes: nil,
                records: nil,
                error: SourceProblem(error).message
            )
        }
    }

    private func write(
        _ export: Export,
        _ request: ExportRequest,
        _ columns: [RecordColumn],
        mostBytes: Int
    ) throws -> (bytes: Int, records: Int) {
        _ = unsafe mkdir(directory, 0o700)
        let file = try ExportFile(request, path: directory + "/" + export.id, mostBytes: mostBytes)
        let deadline = ContinuousClock.now + Self.longestWriting
        let (question, store) = (request.question, store)
        let walk = try RecordWalk(store, first: request.first, last: request.last) {
            going.records.withLock { $0[export.id] = file.records }
            if ContinuousClock.now > deadline {
                throw SourceProblem("it was not written within \(Self.longestWriting); ask for less at a time")
            }
        }
        var failure: SourceProblem?
        for column in columns {
            try walk.run(column, afterSlice: { if let failure { throw failure } }) {
                snapshot,
                entity,
                time,
                value throws(ReadError) in
                guard failure == nil, question.isWithin(value) else { return }
                let record = Record(
                    entity: entity,
                    source: column.source,
                    column: column.column,
                    time: time,
                    value: value,
                    metadata: request.columns.contains(.metadata)
                        ? try column.metadata(of: entity, at: time, knownAt: walk.knownAt, snapshot) : nil
                )
                do throws(SourceProblem) { try file.add(record) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        try file.finish()
        return (file.bytes, file.records)
    }

    /// Removes files whose time is over, and those that nobody knows.
    private func removeOld() async throws {
        // First the names, then who is known: an export that begins in between is known.
        let names = DirectoryNames.read(directory)
        let kept = try await catalog.pruneExports()
        for name in names {
            let id = name.hasSuffix(".part") ? String(name.dropLast(5)) : name
            if name.hasPrefix("export_"), !kept.contains(id) { _ = unsafe unlink(directory + "/" + name) }
        }
    }
}
