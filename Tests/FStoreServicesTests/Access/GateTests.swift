import FStoreCatalog
import FStoreIdentity
import FStoreServices
import Testing

@Suite("The gate")
struct GateTests {
    private static let reads = AccessRule(access: .role(.viewer), rate: .read)
    private static let writes = AccessRule(access: .role(.developer), rate: .write)

    private static func entry(_ role: Role, _ quota: Quota = .standard, expires: Int64? = nil) -> CredentialEntry {
        let principal = Principal(credential: .key("key_1"), userID: 1, organizationID: 1, space: 0, role: role)
        return CredentialEntry(principal: principal, expires: expires, quota: quota)
    }

    @Test func `lets in a role that is high enough, and counts it`() throws {
        let gate = Gate(credentials: CredentialTable(), state: ServerState())
        let entry = Self.entry(.developer)
        #expect(try gate.admit(Self.reads, entry, at: 1)?.remaining == 999)
        #expect(try gate.admit(Self.writes, entry, at: 1)?.remaining == 99)
        #expect(throws: Gate.Refusal.roleTooLow(needed: .developer, given: .viewer)) {
            try gate.admit(Self.writes, Self.entry(.viewer), at: 1)
        }
        #expect(throws: Gate.Refusal.unauthenticated) { try gate.admit(Self.reads, nil, at: 1) }
        #expect(try gate.admit(AccessRule(access: .open, rate: .exempt), nil, at: 1) == nil)
    }

    @Test func `an admission that is given back counts as none`() throws {
        let gate = Gate(credentials: CredentialTable(), state: ServerState())
        let entry = Self.entry(.viewer, .perMinute(2))
        for _ in 0..<10 {
            #expect(try gate.admit(Self.reads, entry, at: 5)?.remaining == 1)
            gate.giveBack(Self.reads, entry)
        }
        _ = try gate.admit(Self.reads, entry, at: 5)
        _ = try gate.admit(Self.reads, entry, at: 5)
        #expect(throws: Gate.Refusal.self) { try gate.admit(Self.reads, entry, at: 5) }
    }

    @Test func `maintenance closes the server for writes of all but operators`() throws {
        let state = ServerState()
        let gate = Gate(credentials: CredentialTable(), state: state)
        let closure = ServerState.Closure(message: "the disk is replaced", retryAfterSeconds: 60)
        state.setMaintenance(closure)
        #expect(throws: Gate.Refusal.closed(closure)) { try gate.admit(Self.writes, Self.entry(.admin), at: 1) }
        #expect(try gate.admit(Self.writes, Self.entry(.operator), at: 1) != nil)
        #expect(try gate.admit(Self.reads, Self.entry(.viewer), at: 1) != nil)
        state.setMaintenance(nil)
        #expect(try gate.admit(Self.writes, Self.entry(.admin), at: 1) != nil)
    }

    /// The end of a key was compared with the time of day alone: after the clock had stepped back, a key that had ended
    /// opened the server again.
    @Test func `a key that has ended does not open again when the clock steps back`() {
        let entry = Self.entry(.viewer, expires: 100)
        #expect(entry.isValid(at: 99))
        #expect(!entry.isValid(at: 100))
        #expect(!entry.isValid(at: 50))
    }

    @Test(arguments: [
        (Quota.perMinute(5), Quota.perMinute(5), true), (.perMinute(6), .perMinute(5), false),
        (.unlimited, .perMinute(5), false), (.unlimited, .standard, false), (.standard, .standard, true),
        (.perMinute(100), .standard, true), (.perMinute(101), .standard, false), (.standard, .perMinute(999), false),
        (.standard, .perMinute(1000), true), (.standard, .unlimited, true), (.perMinute(7), .unlimited, true),
    ])
    func `a quota lies within another or not`(quota: Quota, other: Quota, isWithin: Bool) {
        #expect(quota.isWithin(other) == isWithin)
    }
}
