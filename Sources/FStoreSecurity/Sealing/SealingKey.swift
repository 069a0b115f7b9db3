internal import CSodium

/// A 256-bit key: the one that secrets are sealed with, one derived from it, or one that tokens are signed with.
///
/// It lies in memory of its own that libsodium keeps out of swap and core dumps, makes read-only, and wipes at the end.
///
/// `@unchecked Sendable`: the memory is written before `init` returns and only read afterwards.
@safe
package final class SealingKey: @unchecked Sendable {
    /// The length of every key in bytes.
    package static let byteCount = 32

    private let memory: UnsafeMutableRawPointer

    /// A key of given bytes. `nil` unless there are exactly 32.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        Sodium.start()
        guard let memory = unsafe sodium_malloc(Self.byteCount) else { return nil }
        unsafe self.memory = memory
        unsafe UnsafeMutableRawBufferPointer(start: memory, count: Self.byteCount).copyBytes(from: bytes)
        _ = unsafe sodium_mprotect_readonly(memory)
    }

    deinit {
        unsafe sodium_free(memory)
    }

    /// Lends the 32 bytes.
    func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)))
    }
}
