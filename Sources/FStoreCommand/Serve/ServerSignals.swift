internal import Glibc
internal import UnixSignals

/// What the server does about signals. None but SIGKILL ends it without the requests under way being answered.
enum ServerSignals {
    /// The signals that come from now on. To be called before anybody is told that the server is there: a signal that
    /// comes before would end it.
    static func trap() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sigquit, .sighup)
    }

    /// SIGTERM, SIGINT and SIGQUIT: the first asks the server to stop in order, the second ends it at once. SIGHUP
    /// reads the settings again.
    ///
    /// Listens until the task is canceled.
    static func listen(
        to signals: UnixSignalsSequence,
        stop: @Sendable () async -> Void,
        reload: @Sendable () async -> Void
    ) async {
        var isStopping = false
        for await signal in signals {
            if signal == .sighup {
                if !isStopping { await reload() }
                continue
            }
            if isStopping { _exit(128 + signal.rawValue) }
            isStopping = true
            await stop()
        }
    }

    /// Makes signals harmless that mean nothing to this program and would end it. To be called first: SIGHUP is among
    /// them until somebody listens.
    static func ignoreOthers() {
        let named = [SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT]
        // The real-time signals; the C library keeps the two before them.
        for number in named + Array(34...64) { signal(number, SIG_IGN) }
    }
}
