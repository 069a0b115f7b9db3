/// The identity of a request: the client's own `X-Request-ID`, or one that the server makes.
package enum RequestIdentity {
    package static let byteLimit = 1...128

    /// Whether a client's identity is taken as it is: letters, digits, `.`, `_` and `-`, 1 to 128 of them.
    package static func isAccepted(_ text: Span<UInt8>) -> Bool {
        guard byteLimit.contains(text.count) else { return false }
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                continue
            default: return false
            }
        }
        return true
    }

    /// Not an array: a static variable is asked at each digit whether it has been made.
    private static var digits: StaticString { "0123456789ABCDEFGHJKMNPQRSTVWXYZ" }
    /// Bytes of an identity that the server makes.
    private static let madeCount = 30

    /// A new one: `req_` and 26 digits of base 32, the time in milliseconds first, so that they sort by time.
    @inlinable
    package static func make(at milliseconds: Int64, using generator: inout some RandomNumberGenerator) -> String {
        make(at: milliseconds, generator.next(), generator.next())
    }

    @usableFromInline
    static func make(at milliseconds: Int64, _ first: UInt64, _ second: UInt64) -> String {
        unsafe String(unsafeUninitializedCapacity: madeCount) { bytes in
            var position = 0
            for byte in "req_".utf8 {
                unsafe bytes[position] = byte
                position += 1
            }
            let time = UInt64(max(0, milliseconds))
            for shift in stride(from: 45, through: 0, by: -5) {
                unsafe bytes[position] = digits.byte(at: Int(time >> UInt64(shift) & 31))
                position += 1
            }
            var word = first
            for count in 1...16 {
                unsafe bytes[position] = digits.byte(at: Int(word & 31))
                word = count == 8 ? second : word >> 5
                position += 1
            }
            return position
        }
    }
}
