/// Reads lines, in bounded memory. Empty lines are passed over.
struct LineReader: ~Copyable {
    /// The largest line.
    static let maxLineBytes = 1 << 24

    private var window: ByteWindow
    private var lineBytes = 0
    /// The number of the line at hand, counted from 1.
    private(set) var line = 0

    init(_ window: consuming ByteWindow) {
        self.window = window
    }

    /// Where the next line begins in the input.
    var nextOffset: Int { window.offset + lineBytes }

    /// The line at hand, without its line end.
    var bytes: ArraySlice<UInt8> {
        var bytes = window.bytes[window.start..<window.start + lineBytes]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return bytes
    }

    /// Moves to the next line that is not empty. `false` at the end.
    mutating func next() throws -> Bool {
        repeat {
            window.consume(lineBytes)
            lineBytes = 0
            guard try readLine() else { return false }
            line += 1
        } while bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        return true
    }

    /// Goes on at a place that ``nextOffset`` and ``line`` have told.
    mutating func skip(to offset: Int, line: Int) throws {
        try window.skip(to: offset)
        self.line = line
    }

    private mutating func readLine() throws -> Bool {
        var searched = 0
        while true {
            let rest = window.bytes[window.start + searched..<window.end]
            if let found = rest.firstIndex(of: 0x0A) {
                lineBytes = found + 1 - window.start
                return true
            }
            searched = window.count
            if window.isAtEnd {
                lineBytes = window.count
                return lineBytes > 0
            }
            if searched > Self.maxLineBytes {
                throw CommandError(
                    .badData,
                    "long_row",
                    "line \(line + 1): the line has more than \(Self.maxLineBytes) bytes"
                )
            }
            try window.fill()
        }
    }
}
