/// A running hash that tells one input from another, and from a corrected version of itself. Not for secrets.
///
/// The bytes are mixed in words of eight, so that a load is not slowed down. Each step can be undone, so a difference
/// within one word is always noticed; any other is overlooked once in 2^64 times.
package struct InputDigest: Equatable, Sendable {
    private var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// Bytes that do not fill a word yet.
    private var rest: UInt64 = 0
    private var byteCount = 0

    package init() {}

    /// The digest of everything that was added so far.
    package var value: UInt64 {
        Self.mixed(Self.mixed(hash, rest), UInt64(byteCount))
    }

    package mutating func add(_ bytes: Span<UInt8>) {
        var position = 0
        while position < bytes.count, byteCount & 7 != 0 {
            add(bytes[position])
            position += 1
        }
        let words = unsafe bytes.bytes
        while position + 8 <= bytes.count {
            let word = unsafe words.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            hash = Self.mixed(hash, UInt64(littleEndian: word))
            position += 8
            byteCount += 8
        }
        while position < bytes.count {
            add(bytes[position])
            position += 1
        }
    }

    private mutating func add(_ byte: UInt8) {
        rest |= UInt64(byte) << UInt64(8 * (byteCount & 7))
        byteCount += 1
        if byteCount & 7 == 0 {
            hash = Self.mixed(hash, rest)
            rest = 0
        }
    }

    @inline(__always)
    private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
        return product ^ product >> 32
    }

    /// The digest of a whole text.
    package static func of(_ text: String) -> UInt64 {
        var digest = InputDigest()
        digest.add(text.utf8Span.span)
        return digest.value
    }
}
