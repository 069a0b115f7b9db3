internal import Glibc

/// An address of the Internet, as it is connected to.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16, in the order of the network.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads `192.0.2.1` or `2001:db8::1`; `nil` for anything else.
    package init?(_ text: String) {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(bytes: unsafe withUnsafeBytes(of: four) { unsafe Array($0) })
            return
        }
        var sixteen = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        self.init(bytes: unsafe withUnsafeBytes(of: sixteen) { unsafe Array($0) })
    }

    package var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// All addresses of a name, or the one that it is written as, in the order in which to try them.
    ///
    /// Blocks while the system asks.
    package static func resolve(_ host: String) throws(EgressError) -> [NetworkAddress] {
        // Names are asked for as they stand; the resolver must not try them below some domain of the machine.
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            throw .unknownHost(host, reason: unsafe String(cString: gai_strerror(code)), isPassing: code == EAI_AGAIN)
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe NetworkAddress(entry.pointee), !found.contains(address) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private init?(_ entry: addrinfo) {
        guard let address = unsafe entry.ai_addr else { return nil }
        unsafe self.init(socket: address)
    }

    /// - Parameter address: of a socket; what is none of the Internet is `nil`.
    init?(socket address: UnsafePointer<sockaddr>) {
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            self.init(
                bytes: unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                    unsafe withUnsafeBytes(of: pointer.pointee.sin_addr) { unsafe Array($0) }
                }
            )
        case AF_INET6:
            self.init(
                bytes: unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                    unsafe withUnsafeBytes(of: pointer.pointee.sin6_addr) { unsafe Array($0) }
                }
            )
        default: return nil
        }
    }

    /// The same where IPv6 is only another way to write, or to reach, an address of IPv4.
    var embedded: NetworkAddress {
        guard bytes.count == 16 else { return self }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        // Without the mark in the middle: :: and ::1 are addresses of their own.
        let isCompatible = bytes[..<12].allSatisfy { $0 == 0 } && bytes[12] != 0
        let isTranslated = bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
        if isMapped || isCompatible || isTranslated { return NetworkAddress(bytes: Array(bytes[12...])) }
        if bytes.starts(with: [0x20, 0x02]) { return NetworkAddress(bytes: Array(bytes[2..<6])) }
        return self
    }
}

/// Addresses that begin alike.
package struct NetworkRange: Hashable, Sendable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Reads `10.0.0.0/8`, or one address.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
        bytes = address.bytes
        guard parts.count == 2 else {
            bits = bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else { return nil }
        self.bits = bits
    }

    func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == bytes.count else { return false }
        for bit in 0..<bits {
            let mask = UInt8(0x80) >> UInt8(bit & 7)
            if address.bytes[bit >> 3] & mask != bytes[bit >> 3] & mask { return false }
        }
        return true
    }
}
