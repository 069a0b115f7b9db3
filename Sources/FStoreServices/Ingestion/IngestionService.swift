internal import FStore
package import FStoreCatalog
package import FStoreIdentity
internal import FStoreSecurity
internal import FStoreConnectors
internal import FStoreText

/// Jobs that read sources: started, stopped and watched.
package struct IngestionService: Sendable {
    private let catalog: Catalog
    private let runner: IngestionRunner
    private let controls: RunControls
    private let wake = Wake()
    package let materializations: MaterializationService
    /// What was done since the start, for measurements.
    package let meter = IngestionMeter()

    init(
        store: FeatureStore,
        catalog: Catalog,
        sealer: SecretSealer,
        audit: AuditService,
        quotas: QuotaTable,
        state: ServerState,
        settings: IngestionSettings,
        configuration: LiveConfiguration,
        controls: RunControls,
        report: @escaping @Sendable (IngestionNote) -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.controls = controls
        materializations = MaterializationService(store: store, catalog: catalog, wake: wake)
        runner = IngestionRunner(
            store: store,
            sealer: sealer,
            catalog: catalog,
            audit: audit,
            quotas: quotas,
            state: state,
            settings: settings,
            configuration: configuration,
            meter: meter,
            controls: controls,
            wake: wake,
            report: report
        )
    }

    package var jobs: [Job] {
        // It runs until the server ends; the pause is for a catalog that cannot be used when it starts.
        [Job("ingestion", every: .milliseconds(10)) { try await runner.run() }] + materializations.jobs
    }

    /// Starts a job.
    ///
    /// - Parameter sources: ids or names; `nil` takes all sources that are enabled and idle.
    /// - Returns: the job, and about how long it will take.
    package func start(
        sources: [String]?,
        options: IngestionJob.Options,
        for caller: Principal
    ) async throws(CatalogError) -> (job: IngestionJob, estimate: Duration) {
        let job = try await catalog.startJob(
            sources: sources,
            organization: caller.organizationID,
            options: options,
            by: AuditActor(caller)
        )
        wake.now()
        return (job, try await estimate(job))
    }

    /// The same for a process that serves nobody.
    package var local: LocalIngestion { LocalIngestion(catalog: catalog, runner: runner, watched: watched) }

    /// Stops a job, or all jobs of the organization.
    package func stop(_ job: String?, for caller: Principal) async throws(CatalogError) -> UnixNanoseconds {
        let (runs, stopped) = try await catalog.stopJobs(
            job,
            organization: caller.organizationID,
            by: AuditActor(caller)
        )
        controls.stop(runs)
        // Those that wait, after a kill or a failure, are ended by whoever runs them.
        wake.now()
        return stopped
    }

    /// What goes on, and what was done last.
    package func status(
        for caller: Principal
    ) async throws(CatalogError) -> (open: [WatchedJob], lastCompleted: WatchedJob?) {
        let status = try await catalog.ingestionStatus(organization: caller.organizationID)
        return (status.open.map(watched), status.lastCompleted.map(watched))
    }

    package func job(_ id: String, for caller: Principal) async throws(CatalogError) -> WatchedJob {
        watched(try await catalog.job(id, organization: caller.organizationID))
    }

    /// A page of the organization's jobs, the newest first.
    package func page(
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> CatalogPage<WatchedJob> {
        let page = try await catalog.jobs(organization: caller.organizationID, offset: offset, limit: limit)
        return CatalogPage(items: page.items.map(watched), total: page.total)
    }

    /// A page of the rows that a source could not take.
    package func rejects(
        of source: String,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> CatalogPage<SourceReject> {
        try await catalog.rejects(of: source, organization: caller.organizationID, offset: offset, limit: limit)
    }

    /// What a source is like now: whether it can be read, its first rows, and how many there are.
    package func test(_ id: String, for caller: Principal) async throws(CatalogError) -> SourceTest {
        let source = try await catalog.source(id, organization: caller.organizationID)
        return await onThread { [runner] in
            do {
                let reader = try runner.reader(of: source)
                var sample = try reader.sample(rows: SourceSample.shownRows)
                let rules = RowRules((try? JSONValue(source.validation.utf8)) ?? .null)
                sample.keepTexts(
                    entity: SourceMapping((try? JSONValue(source.config.utf8)) ?? .null).entity,
                    rules: rules
                )
                let count = try reader.count(until: .now + .seconds(Self.countSeconds))
                return .connected(sample, count)
            } catch {
                return .failed(SourceProblem(error).message)
            }
        }
    }

    /// How long a test counts rows.
    private static let countSeconds = 5

    /// How far a job has come, from what is stored and what goes on in memory.
    @Sendable private func watched(_ job: IngestionJob) -> WatchedJob {
        var progress = JobProgress()
        var parts = 0.0
        for run in job.runs {
            let live = run.state == .running ? controls.progress(of: run.id) : nil
            progress.stored += max(run.stored, Int64(live?.stored ?? 0))
            progress.rejected += max(run.rejected, Int64(live?.rejected ?? 0))
            if !run.state.isOpen {
                parts += 1
            } else if let live, live.totalBytes > 0 {
                parts += min(1, Double(live.readBytes) / Double(live.totalBytes))
            }
        }
        let part = job.runs.isEmpty ? 1 : parts / Double(job.runs.count)
        // All of it only when it is done: the last commit may still be under way.
        progress.percent = job.state == .running ? min(99, Int(part * 100)) : Int(part * 100)
        return WatchedJob(job: job, progress: progress)
    }

    /// The time that the last runs took, or what the sizes suggest, spread over the workers.
    private func estimate(_ job: IngestionJob) async throws(CatalogError) -> Duration {
        var (sum, longest) = (Duration.zero, Duration.zero)
        for run in job.runs {
            let source = try await catalog.source(run.sourceID, organization: run.organizationID)
            let one: Duration
            if let last = source.state.lastDuration {
                one = .nanoseconds(last)
            } else {
                one = await firstEstimate(source)
            }
            sum += one
            longest = max(longest, one)
        }
        return max(longest, sum / runner.configuration.value.maxWorkers)
    }

    private func firstEstimate(_ source: Source) async -> Duration {
        let bytes = await onThread { [runner] in try? runner.reader(of: source).byteCount() }
        return .seconds(1) + .seconds((bytes ?? 0) / Self.bytesPerSecond)
    }

    /// About how fast a file is read and stored, before it was ever done.
    private static let bytesPerSecond = 10_000_000
}

/// A job, and how far it has come.
package struct WatchedJob: Sendable {
    package let job: IngestionJob
    package let progress: JobProgress
}

/// How far a job has come.
package struct JobProgress: Sendable {
    package var stored: Int64 = 0
    package var rejected: Int64 = 0
    /// 0 to 100.
    package var percent = 0
}

/// What a source is like.
package enum SourceTest: Sendable {
    case connected(SourceSample, SourceCount)
    case failed(String)
}
