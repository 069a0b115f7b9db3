internal import FStoreIdentity
internal import Synchronization

/// How many requests each address may send, by class.
package final class AddressLimits: Sendable {
    private struct Key: Hashable {
        let address: String
        let addressClass: AddressClass
    }

    private struct State {
        var meters: [Key: RateMeter] = [:]
        /// Those that were used before the last time that the table was full.
        var older: [Key: RateMeter] = [:]
    }

    /// Addresses that are remembered, twice: about 10 MB. Whoever has more addresses than that can have any number.
    private static let mostMeters = 32_768

    private let isOn: Bool
    private let state = Mutex(State())

    /// - Parameter isOn: whether addresses are limited at all. Behind a proxy all clients have one address.
    package init(isOn: Bool) {
        self.isOn = isOn
    }

    /// Counts one request; `nil` without a limit.
    func admit(_ address: String, _ addressClass: AddressClass, at now: UInt64) -> RateMeter.Reading? {
        guard isOn else { return nil }
        let key = Key(address: Self.network(of: address), addressClass: addressClass)
        let meter = state.withLock { state in
            if let meter = state.meters[key] { return meter }
            if state.meters.count >= Self.mostMeters {
                state.older = state.meters
                state.meters.removeAll(keepingCapacity: true)
            }
            let meter = state.older[key] ?? RateMeter(limit: addressClass.perMinute, policy: .address(addressClass))
            state.meters[key] = meter
            return meter
        }
        return meter.admit(at: now)
    }

    /// An address of IPv6 counts with its whole network of 64 bits, which one client has for itself.
    private static func network(of address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        let plain = address.prefix { $0 != "%" }
        // An address of IPv4 that is written as one of IPv6.
        if plain.utf8.contains(UInt8(ascii: ".")) { return String(plain.split(separator: ":").last ?? plain) }
        // The first four groups; `::` stands for as many groups of zeros as are missing.
        let halves = plain.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":").map(String.init)
        if halves.count == 2 {
            let rest = halves[1].split(separator: ":").map(String.init)
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - rest.count)) + rest
        }
        return groups.prefix(4).joined(separator: ":")
    }
}
