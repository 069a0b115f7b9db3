/// What the writer does between batches, one bounded slice at a time.
struct Maintenance {
    enum Job {
        /// Goes on with erasures that a stop or a full map has interrupted.
        case finishErasures
        /// Takes back the space of a deleted or erased feature.
        case reclaim(UInt32)
        /// Takes back what retention no longer keeps, in all features.
        case sweep
        /// Tells someone that everything scheduled before is done.
        case tell(@Sendable (Result<SweepReport, MaintenanceError>) -> Void)
    }

    /// Cells that one slice removes or series that it looks at, at most: a few milliseconds of the writer's time.
    static let sliceBudget = 2000

    private let sweepInterval: Duration?
    private var jobs: [Job] = []
    private var sweep: RetentionSweep?
    private var report = SweepReport()
    private var failure: MaintenanceError?
    private var lastSweepEnded = ContinuousClock.now

    init(sweepInterval: Duration?) {
        self.sweepInterval = sweepInterval
    }

    /// How long the writer may wait for other work; `nil` for as long as it takes.
    var timeout: Duration? {
        if !jobs.isEmpty { return .zero }
        guard let sweepInterval else { return nil }
        return max(.zero, sweepInterval - (ContinuousClock.now - lastSweepEnded))
    }

    mutating func add(_ job: Job) {
        jobs.append(job)
    }

    /// Does one slice of the first job.
    mutating func step(_ writer: Writer) {
        if jobs.isEmpty, timeout == .zero { addAll(writer.registries.cached) }
        guard let job = jobs.first else { return }
        do throws(WriteError) {
            if try run(job, writer) { jobs.removeFirst() }
        } catch {
            // The next sweep tries again, after the same rest; a caller who waits for this one hears of it.
            failure = .write(error)
            sweep = nil
            lastSweepEnded = .now
            jobs.removeFirst()
        }
    }

    /// Everything there may be to do.
    mutating func addAll(_ registry: FeatureRegistry) {
        jobs.append(.finishErasures)
        for number in registry.doomed { jobs.append(.reclaim(number)) }
        jobs.append(.sweep)
    }

    /// Drops all jobs, and tells every caller that waits why.
    mutating func cancel(_ reason: WriteError) {
        for case .tell(let complete) in jobs { complete(.failure(.write(reason))) }
        jobs = []
    }

    /// `true` when the job is done.
    private mutating func run(_ job: Job, _ writer: Writer) throws(WriteError) -> Bool {
        switch job {
        case .finishErasures:
            try EntityErasure.finishPending(writer)
            return true
        case .reclaim(let number):
            let (removed, isDone) = try FeatureReclamation.slice(number, writer)
            report.reclaimedCells += removed
            return isDone
        case .sweep:
            var current = sweep ?? RetentionSweep(writer.registries.cached)
            let isDone = try current.slice(writer, budget: Self.sliceBudget)
            sweep = isDone ? nil : current
            if isDone {
                report.sweptCells += current.removedCells
                lastSweepEnded = .now
            }
            return isDone
        case .tell(let complete):
            complete(failure.map { .failure($0) } ?? .success(report))
            report = SweepReport()
            failure = nil
            return true
        }
    }
}

/// What a sweep has removed.
public struct SweepReport: Hashable, Sendable {
    /// Cells of deleted and erased features.
    public var reclaimedCells = 0
    /// Cells that retention no longer keeps.
    public var sweptCells = 0

    /// A report of nothing.
    public init() {}
}
