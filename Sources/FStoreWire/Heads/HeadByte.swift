/// Which bytes stand where in a head.
enum HeadByte {
    /// A set of ASCII bytes, as one bit for each.
    ///
    /// Two constants in the code, and no table: a table that is a static variable is asked, at each byte, whether it
    /// has been made.
    private struct ByteSet {
        let low: UInt64
        let high: UInt64

        @inline(__always)
        func contains(_ byte: UInt8) -> Bool {
            byte < 128 && (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 == 1
        }
    }

    /// Digits, letters and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE).contains(byte)
    }

    /// The name or the IPv4 address of a host, perhaps percent-encoded: digits, letters and `-._~%`.
    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool {
        ByteSet(low: 0x03FF_6020_0000_0000, high: 0x47FF_FFFE_87FF_FFFE).contains(byte)
    }

    /// What stands in the brackets of an IPv6 address.
    static func isAddress(_ byte: UInt8) -> Bool {
        PercentCoding.hexadecimal(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

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
