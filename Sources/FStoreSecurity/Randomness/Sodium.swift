internal import CSodium

/// libsodium must be started before its first use.
enum Sodium {
    /// A global is initialized once, whatever the number of threads that ask for it.
    private static let isStarted = sodium_init() >= 0

    /// Starts the library, once. It fails only where the system has no randomness: nothing secret can be made there.
    static func start() {
        precondition(isStarted, "libsodium cannot start: the system gives no randomness")
    }
}
