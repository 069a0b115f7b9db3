internal import Glibc

/// State behind a lock of the C library.
///
/// The standard library's `Mutex` would do, but a contended one is handed over inside the kernel, where Thread
/// Sanitizer cannot follow: it then reports races that do not exist. The sanitizer follows `pthread_mutex_t`, so with
/// this lock a clean run means something.
///
/// `@unchecked Sendable`: every access to the state holds the lock.
@safe
package final class Lock<State>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var state: State

    package init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the state. `body` must be short, and must not take the lock again.
    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }
}
