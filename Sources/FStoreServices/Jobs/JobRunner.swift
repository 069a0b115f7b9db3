/// Something that the server does again and again beside the requests.
package struct Job: Sendable {
    /// What the log calls it.
    package let name: String
    /// From the end of one run to the start of the next.
    package let interval: Duration
    /// One run. It ends early when the task is canceled.
    package let run: @Sendable () async throws -> Void

    package init(_ name: String, every interval: Duration, run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.interval = interval
        self.run = run
    }
}

/// Runs jobs beside one another, each never twice at once. A job that fails is reported and tried again: after its
/// interval, then after twice as long and so on, up to ten minutes.
package struct JobRunner: Sendable {
    private static let longestPause = Duration.seconds(600)

    private let jobs: [Job]
    private let report: @Sendable (Job, any Error) -> Void

    /// - Parameter report: told of each run that failed.
    package init(_ jobs: [Job], report: @escaping @Sendable (Job, any Error) -> Void) {
        self.jobs = jobs
        self.report = report
    }

    /// Runs until the task is canceled; the runs under way are canceled too, and waited for.
    package func run() async {
        await withTaskGroup { group in
            for job in jobs { group.addTask { await repeatedly(job) } }
        }
    }

    private func repeatedly(_ job: Job) async {
        var pause = job.interval
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            do {
                try await job.run()
                pause = job.interval
            } catch {
                if Task.isCancelled { return }
                report(job, error)
                pause = max(job.interval, min(pause * 2, Self.longestPause))
            }
        }
    }
}
