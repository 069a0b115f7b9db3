internal import CScheduler
internal import FStore

/// Who comes first when there are more threads that want to work than processors.
///
/// Without it a read that arrives while a batch is committed waits until the scheduler's slice ends, which is 3 to
/// 4 ms: a hundred times as long as the read takes (mark P9). A kernel that does not know or does not allow one of
/// these wishes leaves the thread as it is.
enum ThreadRank {
    /// The calling thread does little at a time and shall do it soon: event loops.
    static func prompt() {
        _ = fstore_set_time_slice(100_000)
    }

    /// The calling thread and those that it starts step back: everything that may take milliseconds.
    static func patient() {
        SystemThread.stepBack(10)
    }
}
