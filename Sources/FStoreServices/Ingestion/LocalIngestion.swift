package import FStoreCatalog

/// Works jobs off in a process that serves nobody, such as a command.
///
/// No other process may work off jobs of the same catalog at that time.
package struct LocalIngestion: Sendable {
    let catalog: Catalog
    let runner: IngestionRunner
    let watched: @Sendable (IngestionJob) -> WatchedJob

    /// Works off what an interrupted process has left, then a new job.
    ///
    /// - Parameters:
    ///   - sources: ids or names; `nil` takes all sources that are enabled and idle.
    ///   - progress: told again and again how far a job has come.
    /// - Returns: these jobs, which have ended; the new one is the last.
    package func run(
        sources: [String]?,
        options: IngestionJob.Options,
        organization: Int64,
        by actor: AuditActor,
        progress: @escaping @Sendable (WatchedJob) -> Void
    ) async throws -> [IngestionJob] {
        try await catalog.reopenRuns()
        let left = try await catalog.ingestionStatus(organization: organization).open.map(\.id)
        var done: [IngestionJob] = []
        for job in left { done.append(try await work(job, organization, progress)) }
        let job = try await catalog.startJob(sources: sources, organization: organization, options: options, by: actor)
        return done + [try await work(job.id, organization, progress)]
    }

    private func work(
        _ job: String,
        _ organization: Int64,
        _ progress: @escaping @Sendable (WatchedJob) -> Void
    ) async throws -> IngestionJob {
        let watching = Task {
            while !Task.isCancelled, let job = try? await catalog.job(job, organization: organization) {
                progress(watched(job))
                do { try await Task.sleep(for: .milliseconds(200)) } catch { break }
            }
        }
        defer { watching.cancel() }
        try await runner.workOff(job, organization: organization)
        return try await catalog.job(job, organization: organization)
    }
}
