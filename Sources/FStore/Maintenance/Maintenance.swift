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
        case tell(@Sendable (Result<SweepReport, WriteError>) -> Void)

        var isAnnouncement: Bool {
            if case .tell = self { true } else { false }
        }

        func isSame(_ other: Job) -> Bool {
            switch (self, other) {
            case (.finishErasures, .finishErasures), (.sweep, .sweep): true
            case (.reclaim(let number), .reclaim(let otherNumber)): number == otherNumber
            default: false
            }
        }
    }

    /// Cells that one slice removes or series that it looks at, at most: a few milliseconds of the writer's time.
    static let sliceBudget = 2000

    private static let shortestRest = Duration.seconds(1)
    private static let longestRest = Duration.seconds(60)

    private let sweepInterval: Duration?
    private var jobs: [Job] = []
    private var sweep: RetentionSweep?
    private var report = SweepReport()
    private var failure: WriteError?
    /// Jobs that have met an obstacle, and are tried again after a rest that doubles from try to try.
    private var delayed: [Job] = []
    private var delayedUntil = ContinuousClock.now
    private var rest = Self.shortestRest
    private var lastSweepEnded = ContinuousClock.now

    init(sweepInterval: Duration?) {
        self.sweepInterval = sweepInterval
    }

    /// How long the writer may wait for other work; `nil` for as long as it takes.
    var timeout: Duration? {
        if !jobs.isEmpty { return .zero }
        let untilRetry = delayed.isEmpty ? nil : max(.zero, delayedUntil - .now)
        guard let sweepInterval else { return untilRetry }
        let untilSweep = max(.zero, sweepInterval - (ContinuousClock.now - lastSweepEnded))
        return min(untilSweep, untilRetry ?? untilSweep)
    }

    mutating func add(_ job: Job) {
        // A caller that waits is told of failures from now on, not of an older one.
        if case .tell = job, !jobs.contains(where: \.isAnnouncement) { failure = nil }
        jobs.append(job)
    }

    /// Does one slice of the first job.
    mutating func step(_ writer: Writer) {
        if jobs.isEmpty, timeout == .zero {
            if delayed.isEmpty { addAll(writer.registries.cached) } else { takeDelayed() }
        }
        guard let job = jobs.first else { return }
        do throws(WriteError) {
            guard try run(job, writer) else { return }
            jobs.removeFirst()
            if case .tell = job { return }
            noteSuccess(writer)
        } catch {
            // A caller that waits is told.
            failure = error
            sweep = nil
            lastSweepEnded = .now
            delay(jobs.removeFirst(), error, writer)
        }
    }

    /// Tries the job again later, and lets the operator know.
    private mutating func delay(_ job: Job, _ error: WriteError, _ writer: Writer) {
        if delayed.isEmpty {
            delayedUntil = .now + rest
            rest = min(rest * 2, Self.longestRest)
            writer.queue.noteMaintenance(error.description)
            writer.options.notify?(.reclaimFailed(reason: error.description))
        }
        if !delayed.contains(where: job.isSame) { delayed.append(job) }
    }

    private mutating func takeDelayed() {
        jobs = delayed
        delayed = []
    }

    private mutating func noteSuccess(_ writer: Writer) {
        guard delayed.isEmpty, rest > Self.shortestRest else { return }
        rest = Self.shortestRest
        writer.queue.noteMaintenance(nil)
        writer.options.notify?(.reclaimResumed)
    }

    /// Everything there may be to do.
    mutating func addAll(_ registry: FeatureRegistry) {
        jobs.append(.finishErasures)
        for number in registry.doomed { jobs.append(.reclaim(number)) }
        jobs.append(.sweep)
    }

    /// Drops all jobs, and tells every caller that waits why.
    mutating func cancel(_ reason: WriteError) {
        for case .tell(let complete) in jobs { complete(.failure(reason)) }
        jobs = []
        delayed = []
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
            let isDone = try current.slice(writer)
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
