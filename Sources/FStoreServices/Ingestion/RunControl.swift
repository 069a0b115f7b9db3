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

    /// The source that is read; `nil` for a feature with a query of its own.
    let source: String?

    init(run: String, source: String? = nil, timeoutSeconds: Int?) {
        self.run = run
        self.source = source
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

    /// How far the run has come.
    var progress: State { state.withLock { $0 } }

    func report(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
}

/// The runs that go on in this process.
final class RunControls: Sendable {
    private struct State {
        var controls: [String: RunControl] = [:]
        /// Runs that were stopped between being taken and being begun.
        var stopped: Set<String> = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.controls.count } }

    func add(_ control: RunControl) {
        state.withLock { state in
            state.controls[control.run] = control
            if state.stopped.remove(control.run) != nil { control.stop() }
        }
    }

    func remove(_ control: RunControl) {
        state.withLock { state in
            state.controls[control.run] = nil
            state.stopped.remove(control.run)
        }
    }

    func stop(_ runs: [String]) {
        state.withLock { state in
            for run in runs {
                if let control = state.controls[run] { control.stop() } else { state.stopped.insert(run) }
            }
        }
    }

    /// Ends whatever reads a source: it is no longer there.
    func stop(source: String) {
        state.withLock { state in
            for control in state.controls.values where control.source == source { control.stop() }
        }
    }

    func pauseAll() {
        state.withLock { state in for control in state.controls.values { control.pause() } }
    }

    /// How far a run of this process has come; `nil` for one that does not go on.
    func progress(of run: String) -> RunControl.State? {
        state.withLock { $0.controls[run] }?.progress
    }
}
