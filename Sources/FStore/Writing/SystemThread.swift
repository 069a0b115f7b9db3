internal import Glibc

/// A lock with a condition, for the two places where a thread has to wait: the writer for work, a caller for its
/// answer.
///
/// `@unchecked Sendable`: every access to the state holds the lock.
@safe
final class Monitor<State>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the state, and wakes whoever waits.
    func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Waits until `body` has a result, or for `timeout`; `body` then decides a last time with `isLate` set.
    func wait<Result>(timeout: Duration? = nil, _ body: (inout State, _ isLate: Bool) -> Result?) -> Result? {
        let deadline = timeout.map(Self.deadline)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state, false) { return result }
            if var deadline {
                if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return body(&state, true) }
            } else {
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
    }

    private static func deadline(_ timeout: Duration) -> timespec {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = timeout.components
        let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
        return timespec(
            tv_sec: now.tv_sec + Int(clamping: seconds) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000
        )
    }
}

/// A thread of the operating system: LMDB's write transaction belongs to the thread that began it.
package enum SystemThread {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// The identity of the calling thread.
    static var current: UInt { UInt(pthread_self()) }

    /// Makes the calling thread, and those that it starts from then on, step back behind others, as `nice` counts.
    package static func stepBack(_ niceness: Int) {
        // On Linux 0 means the calling thread, not the whole process. Refusal is no harm: the thread stays as it is.
        let thread = __priority_which_t(PRIO_PROCESS.rawValue)
        // A whole process that was told to step back further stays there, also where it may come forward.
        if getpriority(thread, 0) < niceness { _ = setpriority(thread, 0, Int32(clamping: niceness)) }
    }

    /// Makes the calling thread, and those that it starts from then on, give way at once to every other. It gets next
    /// to nothing while all processors are busy, and cannot come forward again.
    package static func giveWay() {
        // SCHED_IDLE, a name that the module of the C library does not have. Refusal is no harm here either.
        let idle: Int32 = 5
        var none = sched_param()
        _ = unsafe sched_setscheduler(0, idle, &none)
    }

    /// Runs `body` on a new thread. The program does not wait for it by itself. `false` when the system has no room
    /// for one.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Start(body)).toOpaque()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.body()
                return nil
            },
            argument
        )
        guard code == 0 else {
            unsafe Unmanaged<Start>.fromOpaque(argument).release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
