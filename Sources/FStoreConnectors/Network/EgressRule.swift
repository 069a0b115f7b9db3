internal import FStore

/// Where a source, or whatever else connects for somebody, may connect to.
///
/// Every address that a name has is checked, and the connection goes to a checked address: a name that has another
/// address a moment later leads nowhere else.
package struct EgressRule: Hashable, Sendable {
    /// Hosts and addresses that an operator has allowed to everybody.
    package struct Allowed: Hashable, Sendable {
        private let ranges: [NetworkRange]
        private let names: [String]

        package static let nothing = Allowed(ranges: [], names: [])

        private init(ranges: [NetworkRange], names: [String]) {
            self.ranges = ranges
            self.names = names
        }

        /// Reads addresses, ranges such as `10.1.0.0/16`, names, and `*.example.com` for all names below one.
        ///
        /// - Returns: `nil` when a part is none of these.
        package init?(_ text: String) {
            var (ranges, names) = ([NetworkRange](), [String]())
            for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
                if let range = NetworkRange(String(part)) {
                    ranges.append(range)
                } else {
                    let name = part.hasPrefix("*.") ? part.dropFirst(2) : part
                    let isName = !name.isEmpty && name.utf8.allSatisfy { $0.isNameByte }
                    guard isName else { return nil }
                    names.append(part.lowercased())
                }
            }
            self.init(ranges: ranges, names: names)
        }

        func has(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

        func has(_ host: String) -> Bool {
            let host = host.lowercased()
            return names.contains { $0.hasPrefix("*.") ? host.hasSuffix($0.dropFirst()) : host == $0 }
        }
    }

    /// Whether everything may be reached but addresses that nobody may reach.
    private let isOpen: Bool
    private let allowed: Allowed

    /// - Parameter isOpen: for the operator's own organization. Others reach only what is allowed.
    package init(isOpen: Bool, allowed: Allowed) {
        self.isOpen = isOpen
        self.allowed = allowed
    }

    /// The addresses of a host that may be connected to, in the order in which to try them.
    ///
    /// Blocks while the system asks for them.
    package func addresses(of host: String) throws(EgressError) -> [NetworkAddress] {
        let all = try NetworkAddress.resolve(host)
        let open = all.filter { allows($0, of: host) }
        guard open.isEmpty else { return open }
        throw .denied(host, addresses: all.map(\.description))
    }

    func allows(_ address: NetworkAddress, of host: String) -> Bool {
        let address = address.embedded
        if Self.forbidden.contains(where: { $0.contains(address) }) { return false }
        if isOpen || allowed.has(address) { return true }
        // Whoever owns an allowed name must not lead into the server's own network.
        return allowed.has(host) && !Self.inner.contains { $0.contains(address) }
    }

    /// Where clouds keep the credentials of their machines, and what is no address of one machine.
    private static let forbidden = ranges(
        "169.254.0.0/16 fe80::/10 fd00:ec2::254 100.100.100.200 192.0.0.192 224.0.0.0/4 240.0.0.0/4 ff00::/8"
    )

    /// Networks that are not the Internet.
    private static let inner = ranges(
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 ::/127 "
            + "fc00::/7"
    )

    private static func ranges(_ text: String) -> [NetworkRange] {
        text.split(separator: " ").compactMap { NetworkRange(String($0)) }
    }
}

/// Why nothing is connected to.
package enum EgressError: Error, Hashable, Sendable {
    /// No address of the host may be reached.
    case denied(String, addresses: [String])
    /// The system knows no address of the host; perhaps only for now.
    case unknownHost(String, reason: String, isPassing: Bool)
}

extension EgressError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .denied(let host, let addresses):
            "\(host.excerpt) may not be reached (\(addresses.joined(separator: ", ").excerpt)); an operator allows "
                + "hosts with the setting egress_allow"
        case .unknownHost(let host, let reason, _): "\(host.excerpt) is not known: \(reason)"
        }
    }
}

extension UInt8 {
    /// What the name of a host is made of.
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
