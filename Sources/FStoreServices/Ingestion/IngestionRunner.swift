internal import FStore
package import FStoreCatalog
internal import FStoreConnectors
internal import FStoreIdentity
internal import FStoreSecurity
internal import FStoreText
internal import Glibc

/// Works off the runs of all organizations, some at a time, each on a thread of its own.
struct IngestionRunner: Sendable {
    let store: FeatureStore
    let sealer: SecretSealer
    let catalog: Catalog
    let audit: AuditService
    let quotas: QuotaTable
    let state: ServerState
    let settings: IngestionSettings
    let configuration: LiveConfiguration
    let meter: IngestionMeter
    let controls: RunControls
    let wake: Wake
    let report: @Sendable (IngestionNote) -> Void

    /// How often a run is tried that fails for a passing reason.
    static let mostAttempts = 5

    /// Runs until the task is canceled. What goes on then is taken up by the next start.
    func run() async throws {
        try await catalog.reopenRuns()
        try await catalog.reopenMaterializations()
        await withTaskGroup { group in
            group.addTask { await wake.tick() }
            var lastCycle = ContinuousClock.now
            for await _ in wake.signals {
                let interval = configuration.value.interval
                if interval > 0, ContinuousClock.now - lastCycle >= .seconds(interval), state.closure == nil {
                    lastCycle = .now
                    _ = try? await catalog.startDueJobs()
                }
                // A run that cannot be taken now is there at the next look.
                for run in (try? await next()) ?? [] {
                    let control = control(of: run)
                    group.addTask {
                        await work(run, control)
                        controls.remove(control)
                        wake.now()
                    }
                }
                for materialization in (try? await nextMaterializations()) ?? [] {
                    let name = "feature/" + materialization.featureID
                    let control = RunControl(run: name, timeoutSeconds: nil)
                    controls.add(control)
                    group.addTask {
                        await FeatureFiller(runner: self).work(materialization, control)
                        controls.remove(control)
                        wake.now()
                    }
                }
            }
            controls.pauseAll()
            group.cancelAll()
        }
    }

    /// Works off one job, and nothing else, until it has ended.
    func workOff(_ job: String, organization: Int64) async throws {
        // The loop of a server has another one; this one ends with the job.
        let wake = Wake()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await wake.tick() }
            for await _ in wake.signals {
                for run in try await next(of: job) {
                    let control = control(of: run)
                    group.addTask {
                        await work(run, control)
                        controls.remove(control)
                        wake.now()
                    }
                }
                if try await catalog.job(job, organization: organization).state != .running { break }
            }
            controls.pauseAll()
            group.cancelAll()
        }
    }

    private func next(of job: String? = nil) async throws -> [IngestionRun] {
        if state.closure != nil { return [] }
        let stopped = try await catalog.takeRuns(most: Self.mostStopped, of: job, isStopAsked: true)
        let free = configuration.value.maxWorkers - controls.count
        return free > 0 ? stopped + (try await catalog.takeRuns(most: free, of: job)) : stopped
    }

    /// How many runs that only have to be ended are taken at a time.
    private static let mostStopped = 100

    private func control(of run: IngestionRun) -> RunControl {
        let control = RunControl(run: run.id, source: run.sourceID, timeoutSeconds: run.options.timeoutSeconds)
        if run.isStopAsked { control.stop() }
        controls.add(control)
        return control
    }

    private func nextMaterializations() async throws -> [Materialization] {
        let free = configuration.value.maxWorkers - controls.count
        if free <= 0 || state.closure != nil { return [] }
        return try await catalog.takeMaterializations(most: free)
    }

    private func work(_ run: IngestionRun, _ control: RunControl) async {
        let source: Source
        do throws(CatalogError) {
            source = try await catalog.source(run.sourceID, organization: run.organizationID)
        } catch {
            // It was deleted, and its runs with it.
            return
        }
        report(.began(run, source))
        let result = await onThread { Result { try read(source, run, control) } }
        let end: IngestionOutcome.End
        switch result {
        case .success: end = .completed
        case .failure(RunControl.Stop.paused): return
        case .failure(RunControl.Stop.stopped): end = .stopped
        case .failure(RunControl.Stop.timedOut):
            let seconds = run.options.timeoutSeconds ?? 0
            end = .failed("the source was not read within the timeout of \(seconds) seconds")
        case .failure(let error): end = failed(SourceProblem(error), run)
        }
        let progress = control.progress
        // What a killed try has stored is known by its bookmarks alone. A try that has come less far than one before it
        // has taken nothing away.
        let kept = end == .completed ? LoadCounts() : await onThread { counts(source, run, control) }
        let outcome = IngestionOutcome(
            end,
            stored: max(run.stored, Int64(progress.stored), Int64(kept.rows)),
            rejected: max(run.rejected, Int64(progress.rejected), Int64(kept.rejected))
        )
        await untilStored { () async throws(CatalogError) in try await catalog.finishRun(run.id, outcome) }
        switch end {
        case .completed: meter.add { $0.completed += 1 }
        case .failed: meter.add { $0.failed += 1 }
        case .stopped, .retried: break
        }
        report(.ended(run, source, outcome))
    }

    private func failed(_ problem: SourceProblem, _ run: IngestionRun) -> IngestionOutcome.End {
        guard problem.isPassing, run.attempts < Self.mostAttempts else { return .failed(problem.message) }
        // 1, 5, 25, 125 seconds.
        let pause = (0..<run.attempts - 1).reduce(Int64(1_000_000_000)) { pause, _ in pause * 5 }
        return .retried(problem.message, at: catalog.now + pause)
    }

    /// Stores what came of a run. It has happened, so this is tried until it is stored or the server ends; then the run
    /// is taken up again, and finds that nothing is left to do.
    func untilStored(_ store: () async throws(CatalogError) -> Void) async {
        while true {
            do throws(CatalogError) { return try await store() } catch {
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    // MARK: On the thread of a run

    private func read(_ source: Source, _ run: IngestionRun, _ control: RunControl) throws {
        let reader = try reader(of: source)
        let counts = try reader.run(work(source, run, control))
        control.report { ($0.stored, $0.rejected) = (counts.rows, counts.rejected) }
    }

    /// What a run has committed, by its bookmarks; nothing where they cannot be read.
    private func counts(_ source: Source, _ run: IngestionRun, _ control: RunControl) -> LoadCounts {
        (try? reader(of: source).counts(of: work(source, run, control))) ?? LoadCounts()
    }

    private func work(_ source: Source, _ run: IngestionRun, _ control: RunControl) -> RunWork {
        work(
            source,
            space: run.space,
            organization: run.organizationID,
            run: run.id,
            bookmarkFront: "source/\(source.id)/",
            isRepeated: source.state.lastSync != nil || run.attempts > 1 || source.state.stored > 0,
            batchRows: run.options.batchRows,
            control
        )
    }

    /// What a run of a source, or of a feature that it fills, reads into.
    func work(
        _ source: Source,
        space: UInt32,
        organization: Int64,
        run: String,
        bookmarkFront: String,
        isRepeated: Bool,
        batchRows: Int?,
        _ control: RunControl
    ) -> RunWork {
        RunWork(
            store: store,
            space: space,
            source: source.name,
            run: run,
            mapping: SourceMapping((try? JSONValue(source.config.utf8)) ?? .null),
            rules: RowRules((try? JSONValue(source.validation.utf8)) ?? .null),
            batchRows: batchRows ?? configuration.value.batchSize,
            isRepeated: isRepeated,
            control: control,
            bookmarkFront: bookmarkFront,
            retention: configuration.value.retentionDays.map { Retention(maxAge: .seconds($0 * 86_400)) } ?? .unlimited,
            willCommit: { commit in try willCommit(commit, organization, control) },
            reject: { rows, file in try keep(rows, of: file, source, run) },
            defined: { feature in define(feature, source) }
        )
    }

    /// - Throws: ``SourceProblem`` when the configuration says too little or what does not fit.
    func reader(of source: Source) throws -> any SourceReader {
        guard let config = try? JSONValue(source.config.utf8), let kind = SourceKind(type: source.type) else {
            throw SourceProblem("the configuration is not one that this version has written")
        }
        return switch kind {
        case .file: try FileSourceReader(config, root: root(for: source.organizationID))
        case .postgresql: try databaseReader(of: source, query: nil)
        case .api:
            try APISourceReader(
                config,
                headerNames: source.sealedSecrets.map(\.name).filter { $0.hasPrefix("headers.") }
                    .map { String($0.dropFirst("headers.".count)) },
                secret: { try secret($0, of: source) },
                rule: egress(source)
            )
        }
    }

    /// - Parameter query: what to run instead of what the source says.
    func databaseReader(of source: Source, query: String?) throws -> PostgreSQLSourceReader {
        let config = (try? JSONValue(source.config.utf8)) ?? .null
        return try PostgreSQLSourceReader(
            config,
            secret: { try secret($0, of: source) },
            rule: egress(source),
            query: query
        )
    }

    private func egress(_ source: Source) -> EgressRule {
        EgressRule(isOpen: source.organizationID == 1, allowed: settings.egress)
    }

    /// The text of a sealed member of a source's configuration; `nil` when it has none.
    private func secret(_ name: String, of source: Source) throws -> String? {
        guard let sealed = source.sealedSecrets.first(where: { $0.name == name }) else { return nil }
        do {
            let bytes = try sealer.open(sealed.bytes, context: SourceService.sealingContext(source.id, name))
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw SourceProblem("config.\(name) cannot be opened with the server's key; enter it again")
        }
    }

    /// The first organization, which is the operator's, may read all files; another one those of its own directory.
    private func root(for organization: Int64) throws(SourceProblem) -> IngestRoot? {
        guard let root = settings.root, organization != 1 else { return settings.root }
        do throws(InputError) { return try root.directory("organizations/\(organization)") } catch {
            throw SourceProblem(
                "there are no files for this organization: ingest_root has no directory organizations/\(organization)"
            )
        }
    }

    private func keep(_ rows: [RejectedRow], of file: String, _ source: Source, _ run: String) throws {
        if rows.isEmpty { return }
        let now = catalog.now
        let rejects = rows.map { row in
            SourceReject(
                runID: run,
                file: file,
                line: Int64(row.line),
                field: row.field,
                reason: row.reason,
                row: row.row,
                time: now
            )
        }
        try blocking { try await catalog.addRejects(rejects, of: source.id) }
    }

    private func willCommit(_ commit: LoadCommit, _ organization: Int64, _ control: RunControl) throws {
        meter.add { counts in
            counts.stored += UInt64(commit.counts.rows)
            counts.rejected += UInt64(commit.counts.rejected)
        }
        guard let meter = quotas.meter(of: organization), commit.values > 0 else { return }
        while true {
            do throws(QuotaRefusal) {
                let clock = TimeSource.system.monotonic()
                return try meter.admit(values: commit.values, bytes: commit.bytes, at: clock)
            } catch {
                guard case .writes(_, let retryNanoseconds) = error else { throw error }
                try control.check()
                usleep(UInt32(min(retryNanoseconds, 200_000_000) / 1000))
            }
        }
    }

    private func define(_ feature: Feature, _ source: Source) {
        let details = [("name", feature.name), ("source", source.name)]
        _ = try? blocking {
            await audit.note(.featureCreate, "\(feature.id)", details: details, organization: source.organizationID)
        }
    }
}

/// What an operator may want to know of a run.
package enum IngestionNote: Sendable {
    case began(IngestionRun, Source)
    case ended(IngestionRun, Source, IngestionOutcome)
    case filled(feature: String, organization: Int64, MaterializationOutcome)
}
