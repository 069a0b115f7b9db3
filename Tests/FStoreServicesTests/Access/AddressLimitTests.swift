import FStoreIdentity
import FStoreServices
import Testing

@testable import FStoreServices

@Suite("Limits of addresses")
struct AddressLimitTests {
    private static let rule = AccessRule(access: .open, rate: .read, addressClass: .signIn)

    private static func isAdmitted(_ limits: AddressLimits, _ address: String, at now: UInt64 = 1) -> Bool {
        limits.admit(address, .signIn, at: now)?.isAdmitted ?? true
    }

    @Test func `ten a minute for each address, and another address has its own`() {
        let limits = AddressLimits(isOn: true)
        for _ in 0..<10 { #expect(Self.isAdmitted(limits, "10.0.0.1")) }
        #expect(!Self.isAdmitted(limits, "10.0.0.1"))
        #expect(Self.isAdmitted(limits, "10.0.0.2"))
        #expect(limits.admit("10.0.0.1", .platform, at: 1)?.isAdmitted == true)
        #expect(Self.isAdmitted(limits, "10.0.0.1", at: 60_000_000_001))
        #expect(AddressLimits(isOn: false).admit("10.0.0.1", .signIn, at: 1) == nil)
    }

    /// One client has a whole network of 64 bits, and with it more addresses than anybody can count.
    @Test func `addresses of one network of IPv6 count as one`() {
        let limits = AddressLimits(isOn: true)
        let network = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"]
        for index in 0..<10 { #expect(Self.isAdmitted(limits, network[index % 4])) }
        for address in network { #expect(!Self.isAdmitted(limits, address)) }
        #expect(Self.isAdmitted(limits, "2001:db8:1:3::1"))
        for _ in 0..<10 { #expect(Self.isAdmitted(limits, "::ffff:10.0.0.1")) }
        #expect(!Self.isAdmitted(limits, "10.0.0.1"))
    }

    @Test func `the gate asks for the address, unless the key has no limit`() throws {
        let gate = Gate(
            credentials: CredentialTable(),
            addresses: AddressLimits(isOn: true),
            state: ServerState()
        )
        for _ in 0..<10 { _ = try gate.admit(Self.rule, nil, from: "10.0.0.1", at: 1) }
        #expect(throws: Gate.Refusal.self) { try gate.admit(Self.rule, nil, from: "10.0.0.1", at: 1) }
        let principal = Principal(credential: .key("key_1"), userID: 1, organizationID: 1, space: 0, role: .viewer)
        let unlimited = CredentialEntry(principal: principal, expires: nil, quota: .unlimited)
        #expect(try gate.admit(Self.rule, unlimited, from: "10.0.0.1", at: 1) == nil)
    }
}
