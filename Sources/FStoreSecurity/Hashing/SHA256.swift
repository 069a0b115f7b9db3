internal import CSodium

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The digest of `bytes`. Allocates nothing: it runs for every request.
    package static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        unsafe Digest { target in
            unsafe crypto_hash_sha256(
                target,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt64(bytes.count)
            )
        }
    }

    /// The digest of `bytes`. Allocates nothing.
    package static func digest(of bytes: Span<UInt8>) -> Digest {
        unsafe bytes.withUnsafeBytes { unsafe digest(of: $0) }
    }

    /// The digest of `bytes`.
    package static func digest(of bytes: [UInt8]) -> Digest {
        unsafe bytes.withUnsafeBytes { unsafe digest(of: $0) }
    }

    /// The digest of the UTF-8 of `text`.
    package static func digest(of text: String) -> Digest {
        var text = text
        return text.withUTF8 { unsafe digest(of: UnsafeRawBufferPointer($0)) }
    }
}
