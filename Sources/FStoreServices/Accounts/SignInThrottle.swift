internal import Synchronization

/// Slows down the guessing of passwords: after five wrong ones a wait of a second, then twice as long each, up to a
/// quarter of an hour. Nobody is locked out: whoever is signed in at the same address waits only for what they failed
/// themselves.
package final class SignInThrottle: Sendable {
    private struct Failures {
        var count = 0
        /// When the next try is let in, in nanoseconds of a clock that never steps back.
        var waitsUntil: UInt64 = 0
    }

    private struct State {
        var accounts: [String: Failures] = [:]
        /// Those that were seen before the last time that the table was full.
        var older: [String: Failures] = [:]

        subscript(account: String) -> Failures {
            get { accounts[account] ?? older[account] ?? Failures() }
            set {
                if accounts.count >= SignInThrottle.mostAccounts {
                    older = accounts
                    accounts.removeAll(keepingCapacity: true)
                }
                accounts[account] = newValue
            }
        }
    }

    private static let freeTries = 5
    private static let longestWait: UInt64 = 900_000_000_000
    private static let second: UInt64 = 1_000_000_000
    /// Names that are remembered, twice; names that do not exist are among them.
    private static let mostAccounts = 16_384

    private let state = Mutex(State())

    package init() {}

    /// Nanoseconds until the next try for this account; 0 when it may be now. The try counts as a failure until
    /// ``succeed(_:)``: several at once must not all be let in.
    func begin(_ account: String, at now: UInt64) -> UInt64 {
        state.withLock { state in
            var failures = state[account]
            if failures.waitsUntil > now { return failures.waitsUntil - now }
            failures.count += 1
            if failures.count > Self.freeTries {
                let doublings = min(failures.count - Self.freeTries - 1, 20)
                failures.waitsUntil = now + min(Self.second << UInt64(doublings), Self.longestWait)
            }
            state[account] = failures
            return 0
        }
    }

    /// The password was not looked at: the try that ``begin(_:at:)`` has just let in was none.
    func takeBack(_ account: String) {
        state.withLock { state in
            var failures = state[account]
            failures.count = max(0, failures.count - 1)
            failures.waitsUntil = 0
            state[account] = failures
        }
    }

    /// The password was right.
    func succeed(_ account: String) {
        state.withLock { state in
            state.accounts[account] = nil
            state.older[account] = nil
        }
    }
}
