internal import Glibc
internal import UnixSignals

/// SIGTERM and SIGINT: the first asks the server to stop in order, the second ends it at once.
enum StopSignals {
    /// Listens until the task is canceled. `stop` is called at the first signal.
    static func listen(_ stop: @Sendable () async -> Void) async {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        var isStopping = false
        for await signal in signals {
            if isStopping { _exit(128 + signal.rawValue) }
            isStopping = true
            await stop()
        }
    }
}
