/// The 32 bytes that SHA-256 makes of its input.
///
/// Its comparison is not constant in time, and need not be where one side is a hash of what a stranger sent: the
/// stranger cannot steer the bytes that are compared.
package struct Digest: Hashable, Sendable {
    /// The length of every digest in bytes.
    package static let byteCount = 32

    // The bytes as they lie in memory: words are compared and hashed at once, and need no array.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// A digest that was stored earlier. `nil` unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        unsafe self.init { target in unsafe target.update(from: bytes, count: Self.byteCount) }
    }

    /// Lets `fill` write the 32 bytes.
    init(_ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { buffer in
            if let base = buffer.baseAddress { unsafe fill(base.assumingMemoryBound(to: UInt8.self)) }
        }
        self.words = words
    }

    /// The 32 bytes.
    package var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: words) { unsafe [UInt8]($0) }
    }

    package static func == (left: Digest, right: Digest) -> Bool {
        left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        // Any eight bytes of a digest are as evenly spread as all of them.
        hasher.combine(words.0)
    }
}
