internal import FStore

/// Tells one input from another: by its size, its first bytes, and what is taken from it.
struct LoadFingerprint: Equatable {
    /// How many of the first bytes count.
    static let headBytes = 65_536

    /// The size in bytes; -1 for what has none, such as a pipe.
    var size: Int
    /// A hash of the first bytes.
    var head: UInt64
    /// A hash of the command's choices: columns, formats, features.
    var choices: UInt64

    /// FNV-1a, 64 bits.
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
