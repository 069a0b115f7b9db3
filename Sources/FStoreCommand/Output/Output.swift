internal import FStoreConnectors
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

    /// Adds a text for people and a line end. Control characters are escaped.
    func line(_ text: String) {
        buffer.append(contentsOf: text.printable.utf8)
        endLine()
    }

    /// Tells a warning on the standard error, if there is one.
    static func warn(_ warning: String?) throws {
        guard let warning else { return }
        let output = Output(descriptor: 2)
        output.line("warning: \(warning)")
        try output.flush()
    }

    /// How many characters fit into a line of the terminal; `nil` where the output goes elsewhere.
    var terminalColumns: Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
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

extension String {
    /// The text with its control characters escaped, except for line ends and tabs: those of an input would move the
    /// cursor of a terminal, or worse.
    var printable: String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        return unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }
}
