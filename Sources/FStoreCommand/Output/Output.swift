internal import FStoreText
internal import Glibc

/// Buffered writing to a descriptor, all of it through one write(2).
///
/// Errors show in ``flush()``, which every command calls at its end; a closed pipe ends the program quietly.
final class Output {
    private static let capacity = 65_536
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var failure: (any Error)?

    init(descriptor: Int32 = 1) {
        self.descriptor = descriptor
    }

    /// Adds a text and a line end.
    func line(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        endLine()
    }

    /// Adds an object and a line end.
    func line(_ object: JSONObjectText) {
        buffer.append(contentsOf: object.bytes)
        endLine()
    }

    /// Adds bytes as they are.
    func write(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        drainWhenFull()
    }

    private func endLine() {
        buffer.append(UInt8(ascii: "\n"))
        drainWhenFull()
    }

    private func drainWhenFull() {
        if buffer.count >= Self.capacity { drain() }
    }

    /// Whether writing still makes sense. Long outputs ask now and then.
    func check() throws {
        if let failure { throw failure }
    }

    /// Writes what is left.
    func flush() throws {
        drain()
        try check()
    }

    private func drain() {
        defer { buffer.removeAll(keepingCapacity: true) }
        if failure != nil { return }
        var start = 0
        while start < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                failure =
                    errno == EPIPE
                    ? SilentExit(status: .done)
                    : CommandError(.inputOutput, "output", "the output cannot be written: \(SystemCall.reason())")
                return
            }
        }
    }
}
