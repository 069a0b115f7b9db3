import Testing

@testable import FStoreSecurity

@Suite("Keys derived from the key for sealing")
struct KeyDerivationTests {
    private let key: SealingKey

    init() throws {
        key = try #require(SealingKey([UInt8](1...32)))
    }

    /// What was protected with a derived key must be read for ever. Computed with Python's `hmac`.
    @Test func `a label gives the same key for ever`() throws {
        #expect(
            hexadecimal(bytes(key.derived(for: "audit link")))
                == "693759cb46246fddea0d0a9b9bcc88dc8fa1cc1f6bcf0aba38b1c8c0b0bbf2df"
        )
    }

    @Test func `two labels and two keys give different keys`() throws {
        let other = try #require(SealingKey([UInt8](2...33)))
        let keys = ["", "a", "A", "a ", "b"].flatMap { [bytes(key.derived(for: $0)), bytes(other.derived(for: $0))] }
        #expect(Set(keys).count == keys.count)
        #expect(!keys.contains(bytes(key)))
    }

    private func bytes(_ key: SealingKey) -> [UInt8] {
        unsafe key.withBytes { unsafe Array(UnsafeBufferPointer(start: $0, count: SealingKey.byteCount)) }
    }
}
