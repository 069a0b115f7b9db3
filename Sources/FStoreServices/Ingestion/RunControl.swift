internal import FStore
internal import FStoreConnectors
internal import Synchronization

/// What a run that goes on tells others, and what they tell it.
final class RunControl: Sendable {
    /// Why a run ends before its source does.
    enum Stop: Error {
        /// Somebody has stopped it.
        case stopped
        /// The server ends. The run goes on with the next start.
        case paused
        case timedOut
    }

    let run: String
    let job: String
    private let deadline: ContinuousClock.Instant?
    private let isStopped = Atomic<Bool>(false)
    private let isPaused = Atomic<Bool>(false)
    /// What a part of the run that was done before this one has stored and rejected, and the part that goes on.
    private let state = Mutex(State())

    struct State {
        var stored = 0
        var rejected = 0
        /// Parts of the input that were read, and all of it; 0 when it is not known.
        var readBytes = 0
        var totalBytes = 0
    }

    init(run: String, job: String, timeoutSeconds: Int?) {
        self.run = run
        self.job = job
        deadline = timeoutSeconds.map { .now + .seconds($0) }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    func pause() { isPaused.store(true, ordering: .relaxed) }

    /// Throws when the run is to end.
    func check() throws(Stop) {
        if isStopped.load(ordering: .relaxed) { throw .stopped }
        if isPaused.load(ordering: .relaxed) { throw .paused }
        if let deadline, ContinuousClock.now > deadline { throw .timedOut }
    }

    /// What of these counts of one input was not counted before.
    func count(_ counts: LoadCounts) -> (rows: Int, rejected: Int) {
        counted.withLock { last in
            // Another input begins at 0 again.
            let isNew = counts.rows < last.rows || counts.rejected < last.rejected
            let more = isNew ? counts : counts.since(last)
            last = counts
            return (more.rows, more.rejected)
        }
    }

    private let counted = Mutex(LoadCounts())

    /// How far the run has come.
    var progress: State { state.withLock { $0 } }

    func report(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
}

/// The runs that go on in this process.
final class RunControls: Sendable {
    private let controls = Mutex<[String: RunControl]>([:])

    var count: Int { controls.withLock { $0.count } }

    func add(_ control: RunControl) { controls.withLock { $0[control.run] = control } }

    func remove(_ control: RunControl) { controls.withLock { $0[control.run] = nil } }

    func stop(_ runs: [String]) {
        controls.withLock { controls in for run in runs { controls[run]?.stop() } }
    }

    func pauseAll() {
        controls.withLock { controls in for control in controls.values { control.pause() } }
    }

    /// How far a run of this process has come; `nil` for one that does not go on.
    func progress(of run: String) -> RunControl.State? {
        controls.withLock { $0[run] }?.progress
    }
}
