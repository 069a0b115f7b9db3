import Dispatch
import Synchronization
import Testing

@testable import FStoreServices

@Suite("Trying passwords")
struct SignInThrottleTests {
    private static let second: UInt64 = 1_000_000_000

    @Test func `five tries are free, then each waits twice as long as the one before`() {
        let throttle = SignInThrottle()
        var now: UInt64 = 1
        for _ in 0..<6 { #expect(throttle.begin("ann", at: now) == 0) }
        var waits: [UInt64] = []
        for _ in 0..<12 {
            let wait = throttle.begin("ann", at: now)
            waits.append(wait / Self.second)
            #expect(throttle.begin("ann", at: now + wait - 1) == 1)
            now += wait
            #expect(throttle.begin("ann", at: now) == 0)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        // Others do not wait.
        #expect(throttle.begin("bob", at: now) == 0)
    }

    @Test func `a right password starts anew`() {
        let throttle = SignInThrottle()
        for _ in 0..<6 { _ = throttle.begin("ann", at: 1) }
        #expect(throttle.begin("ann", at: 1) > 0)
        throttle.succeed("ann")
        for _ in 0..<5 { #expect(throttle.begin("ann", at: 1) == 0) }
    }

    /// Whoever signed in while all threads hashed was answered 503 and told to try again, and the tries counted.
    @Test func `a try whose password was not looked at does not count`() {
        let throttle = SignInThrottle()
        for _ in 0..<20 {
            #expect(throttle.begin("ann", at: 1) == 0)
            throttle.takeBack("ann")
        }
        for _ in 0..<6 { #expect(throttle.begin("ann", at: 1) == 0) }
        #expect(throttle.begin("ann", at: 1) > 0)
    }

    @Test func `names that do not exist do not push a busy one out`() {
        let throttle = SignInThrottle()
        for _ in 0..<6 { _ = throttle.begin("ann", at: 1) }
        for number in 0..<20_000 { _ = throttle.begin("nobody \(number)", at: 1) }
        #expect(throttle.begin("ann", at: 1) > 0)
    }
}
