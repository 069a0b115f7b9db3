internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText
internal import Synchronization

/// `fstore ingest`
struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Read sources into their features, as POST /api/v1/ingestion/start does.",
        discussion: """
            Reads the sources that are named, or all that are enabled, and waits for the end. A server that serves \
            the directory does the work; without one this command does, with the settings that a server would take \
            from the environment and from --config.

            An interrupted run is taken up again by the next one, or by the next server, behind its last commit. \
            The status is 1 when a source could not be read, and 65 when rows were rejected.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Argument(help: ArgumentHelp("The names or ids of sources.", valueName: "source"))
    var sources: [String] = []

    @Option(help: ArgumentHelp("How many rows are stored in one commit.", valueName: "rows"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("After how many seconds a source that is still being read fails.", valueName: "seconds"))
    var timeout: Int?

    @Option(help: ArgumentHelp("The directory that sources of type file may read.", valueName: "directory"))
    var ingestRoot: String?

    @Option(help: ArgumentHelp("A YAML file of settings of the server.", valueName: "file"))
    var config: String?

    func validate() throws {
        if let batchSize, !ServerConfiguration.batchSizes.contains(batchSize) {
            let range = ServerConfiguration.batchSizes
            throw ValidationError("--batch-size must be \(range.lowerBound) to \(range.upperBound)")
        }
        if let timeout, timeout < 1 { throw ValidationError("--timeout must be 1 or more seconds") }
    }

    func run() throws {
        try store.requireCatalog()
        let line = ProgressShown()
        let summary = try ServerLock.isHeld(in: store.directory) ? askServer(line) : work(line)
        line.clear()
        let output = Output()
        summary.write(asJSON: store.json, to: output)
        try output.flush()
        if let failure = summary.failure { throw failure }
    }

    private var options: IngestionJob.Options { .init(batchRows: batchSize, timeoutSeconds: timeout) }

    /// Names the first source that there is not.
    private func check(_ organization: Int64, _ catalog: Catalog) async throws {
        for source in sources {
            do throws(CatalogError) {
                _ = try await catalog.source(named: source, organization: organization)
            } catch .notFound {
                throw CommandError(.no, "unknown_source", "there is no source \"\(source.excerpt)\"")
            }
        }
    }

    /// Starts a job that the server of the directory finds, and waits for its end.
    private func askServer(_ line: ProgressShown) throws -> IngestSummary {
        try store.changeCatalog { [self] catalog in
            let organization = try await place.find(in: catalog).id
            try await check(organization, catalog)
            var job = try await catalog.startJob(
                sources: sources.isEmpty ? nil : sources,
                organization: organization,
                options: options,
                by: .typing
            )
            while job.state == .running {
                try await Task.sleep(for: .milliseconds(100))
                job = try await catalog.job(job.id, organization: organization)
                line.show(percent: nil, rows: job.runs.reduce(0) { $0 + Int($1.stored + $1.rejected) })
            }
            return try await IngestSummary([job], catalog)
        }
    }

    /// Does the work in this process, as a server would.
    private func work(_ line: ProgressShown) throws -> IngestSummary {
        var flags = ["data": store.directory]
        flags["ingest_root"] = ingestRoot
        flags["config"] = config
        let reader = SettingsReader(flags: flags, environment: ProcessEnvironment.all)
        return try Blocking.run { [self] in
            var serving = try ServeOptions(try await reader.read())
            serving.store.mapSize = store.mapSize ?? serving.store.mapSize
            let key = AuditKey(directory: store.directory)
            let lock = try ServerLock(directory: store.directory)
            let pair = try await StorePair.open(directory: store.directory, options: serving.store)
            let result = await Task { try await work(pair, key, serving, line) }.result
            pair.store.close()
            try pair.catalog.close()
            _ = consume lock
            return try result.get()
        }
    }

    private func work(
        _ pair: StorePair,
        _ key: AuditKey,
        _ serving: ServeOptions,
        _ line: ProgressShown
    ) async throws -> IngestSummary {
        try await key.openTrail(of: pair.catalog)
        let services = Services(
            store: pair.store,
            catalog: pair.catalog,
            sealer: SecretSealer(key: try key.key()),
            ingestion: serving.ingestion
        )
        try await services.reload()
        let organization = try await place.find(in: pair.catalog).id
        try await check(organization, pair.catalog)
        let jobs = try await services.ingestion.local.run(
            sources: sources.isEmpty ? nil : sources,
            options: options,
            organization: organization,
            by: .typing
        ) { line.show(percent: $0.progress.percent, rows: Int($0.progress.stored + $0.progress.rejected)) }
        try await services.audit.saveWaiting()
        return try await IngestSummary(jobs, pair.catalog)
    }
}

/// The line that tells how far the work has come, which several threads may show.
private final class ProgressShown: Sendable {
    private let line = Mutex(ProgressLine())

    /// - Parameter percent: `nil` when it is not known.
    func show(percent: Int?, rows: Int) {
        line.withLock { $0.update(done: percent ?? 0, total: percent == nil ? nil : 100, count: rows, unit: "rows") }
    }

    func clear() { line.withLock { $0.clear() } }
}
