/// Which bytes stand where in a head.
enum HeadByte {
    private static let tokens: InlineArray<256, Bool> = InlineArray { index in
        let byte = UInt8(index)
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// The name or the IPv4 address of a host, perhaps percent-encoded.
    private static let hostNames: InlineArray<256, Bool> = InlineArray { index in
        let byte = UInt8(index)
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return "-._~%".utf8.contains(byte)
        }
    }

    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool { hostNames[Int(byte)] }

    /// What stands in the brackets of an IPv6 address.
    static func isAddress(_ byte: UInt8) -> Bool {
        PercentCoding.hexadecimal(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool { tokens[Int(byte)] }

    /// The host and port of a URL.
    static func isHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            return true
        default: return false
        }
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    @inline(__always)
    static func isValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
}
