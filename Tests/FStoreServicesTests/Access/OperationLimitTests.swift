import FStoreIdentity
import Testing

@testable import FStoreServices

@Suite("Limits of operations")
struct OperationLimitTests {
    /// A rule at a position of a table of `count` operations.
    private static func rules(_ count: Int, ownLimit: Int? = nil) -> [AccessRule] {
        (0..<count)
            .map { position in
                var rule = AccessRule(access: .role(.viewer), rate: .read, ownLimit: ownLimit)
                rule.operation = position
                return rule
            }
    }

    private static func limits(_ rules: [AccessRule]) -> OperationLimits {
        let limits = OperationLimits()
        limits.register(rules.map { OperationLimits.Operation(id: "op\($0.operation)", rule: $0) })
        return limits
    }

    private static func entry(_ quota: Quota) -> CredentialEntry {
        let principal = Principal(credential: .key("key_1"), userID: 1, organizationID: 1, space: 0, role: .viewer)
        return CredentialEntry(principal: principal, expires: nil, quota: quota)
    }

    @Test func `what is set counts for that operation alone, also for one 64 places behind it`() {
        let rules = Self.rules(200)
        let limits = Self.limits(rules)
        limits.replace(with: ["op3": .perMinute(5), "op70": .perMinute(6)])
        let found = rules.filter { limits.limit(of: $0) != nil }.map(\.operation)
        #expect(found == [3, 70])
        #expect(
            limits.limit(of: rules[3]) == 5 && limits.limit(of: rules[70]) == 6 && limits.limit(of: rules[67]) == nil
        )
        limits.replace(with: [:])
        #expect(rules.allSatisfy { limits.limit(of: $0) == nil })
    }

    @Test func `limits that are read before the operations are known count afterwards`() {
        let limits = OperationLimits()
        limits.replace(with: ["op1": .perMinute(2)])
        let rules = Self.rules(2)
        limits.register(rules.map { OperationLimits.Operation(id: "op\($0.operation)", rule: $0) })
        #expect(limits.limit(of: rules[1]) == 2)
    }

    @Test func `a declared limit counts until another one is set`() {
        let rules = Self.rules(1, ownLimit: 100)
        let limits = Self.limits(rules)
        #expect(limits.limit(of: rules[0]) == 100)
        limits.replace(with: ["op0": .perMinute(7)])
        #expect(limits.limit(of: rules[0]) == 7)
        limits.replace(with: ["op0": .unlimited])
        #expect(limits.limit(of: rules[0]) == nil)
    }

    @Test func `each credential has it for itself, and one without limits has none`() throws {
        let rules = Self.rules(2)
        let limits = Self.limits(rules)
        limits.replace(with: ["op1": .perMinute(2)])
        let gate = Gate(credentials: CredentialTable(), state: ServerState(), limits: limits)
        let (first, second, free) = (Self.entry(.standard), Self.entry(.standard), Self.entry(.unlimited))
        let now: UInt64 = 60_000_000_000
        let reading = try #require(try gate.admit(rules[1], first, at: now))
        #expect(reading.policy == .operation && reading.limit == 2 && reading.remaining == 1)
        _ = try gate.admit(rules[1], first, at: now)
        let refusal = #expect(throws: Gate.Refusal.self) { try gate.admit(rules[1], first, at: now) }
        guard case .limited(let used) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(used.policy == .operation && used.remaining == 0)
        // A refused request costs nothing of the class.
        #expect(try gate.admit(rules[0], first, at: now)?.remaining == 1000 - 3)
        #expect(try gate.admit(rules[1], second, at: now)?.remaining == 1)
        #expect(try gate.admit(rules[1], free, at: now) == nil)
    }

    @Test func `all sessions of a user share it`() throws {
        let rules = Self.rules(1)
        let limits = Self.limits(rules)
        limits.replace(with: ["op0": .perMinute(1)])
        let gate = Gate(credentials: CredentialTable(), state: ServerState(), limits: limits)
        let first = Self.entry(.standard)
        let second = CredentialEntry(principal: first.principal, expires: nil, quota: .standard, sharing: first)
        _ = try gate.admit(rules[0], first, at: 5)
        #expect(throws: Gate.Refusal.self) { try gate.admit(rules[0], second, at: 5) }
    }

    @Test func `an admission that is given back counts as none of either`() throws {
        let rules = Self.rules(1)
        let limits = Self.limits(rules)
        limits.replace(with: ["op0": .perMinute(2)])
        let gate = Gate(credentials: CredentialTable(), state: ServerState(), limits: limits)
        let entry = Self.entry(.perMinute(3))
        for _ in 0..<10 {
            #expect(try gate.admit(rules[0], entry, at: 5)?.remaining == 1)
            gate.giveBack(rules[0], entry)
        }
        limits.replace(with: ["op0": .perMinute(9)])
        // The meter of the new limit has counted nothing that could be given back.
        gate.giveBack(rules[0], entry)
        #expect(try gate.admit(rules[0], entry, at: 5)?.remaining == 2)
    }

    @Test func `maintenance closes what changes something, whatever it counts against`() throws {
        let state = ServerState()
        let gate = Gate(credentials: CredentialTable(), state: state)
        state.setMaintenance(ServerState.Closure(message: "m", retryAfterSeconds: 60))
        let signIn = AccessRule(access: .open, rate: .write, pausesInMaintenance: false)
        #expect(try gate.admit(signIn, nil, at: 1) == nil)
        let register = AccessRule(access: .open, rate: .exempt, pausesInMaintenance: true)
        #expect(throws: Gate.Refusal.self) { try gate.admit(register, nil, at: 1) }
    }
}
