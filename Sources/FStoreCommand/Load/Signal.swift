internal import Glibc

/// Wakes one thread that waits for another: a semaphore of the operating system.
///
/// `@unchecked Sendable`: `sem_t` is made to be shared.
@safe
final class Signal: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Wakes whoever waits, or the next who will.
    func post() {
        unsafe sem_post(semaphore)
    }

    /// Waits for one ``post()``.
    func wait() {
        while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
