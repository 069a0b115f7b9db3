/// Reads lines, in bounded memory. Empty lines are passed over, and so is a byte order mark at the start.
package struct LineReader: ~Copyable {
    /// The largest line unless another limit is given.
    package static let maxLineBytes = 1 << 24

    private let maxBytes: Int
    var window: ByteWindow
    private var lineBytes = 0
    /// How many of the bytes that wait are known to hold no line end: a line that comes in many small chunks is looked
    /// at once, and not once for each chunk.
    private var searched = 0
    /// The number of the line at hand, counted from 1.
    package private(set) var line = 0

    package init(_ window: consuming ByteWindow, maxLineBytes: Int = LineReader.maxLineBytes) {
        self.window = window
        maxBytes = maxLineBytes
    }

    /// Where the next line begins in the input.
    var nextOffset: Int { window.offset + lineBytes }

    /// The digest of the input up to ``nextOffset``.
    mutating func digest() -> UInt64 { window.digest(ahead: lineBytes) }

    /// The line at hand, without its line end.
    package var bytes: ArraySlice<UInt8> {
        var bytes = window.bytes[window.start..<window.start + lineBytes]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return bytes
    }

    /// The line at hand, with its line end, without a copy.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { window.bytes.span.extracting(window.start..<window.start + lineBytes) }
    }

    /// Moves to the next line that is not empty.
    package mutating func next() throws(InputError) -> RowStep {
        while true {
            window.consume(lineBytes)
            lineBytes = 0
            guard try window.passByteOrderMark() else { return .needsMore }
            guard findEnd() else {
                if window.count > maxBytes { throw .longRow(line: line + 1, limit: maxBytes) }
                return window.isAtEnd ? .end : .needsMore
            }
            line += 1
            if lineBytes - 1 > maxBytes { throw .longRow(line: line, limit: maxBytes) }
            if !isEmpty { return .row }
        }
    }

    /// Moves to the next line of a file that is not empty. `false` at its end.
    package mutating func next(from file: InputFile) throws(InputError) -> Bool {
        while true {
            switch try next() {
            case .row: return true
            case .end: return false
            case .needsMore: try window.fill(from: file)
            }
        }
    }

    /// Goes on at a place that ``nextOffset`` and ``line`` have told.
    mutating func skip(to offset: Int, line: Int, from file: InputFile) throws(InputError) {
        try window.skip(to: offset, from: file)
        self.line = line
    }

    private var isEmpty: Bool {
        let bytes = span
        for index in bytes.indices {
            let byte = bytes[index]
            if byte != 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return false }
        }
        return true
    }

    private mutating func findEnd() -> Bool {
        let found = lineFeed(from: searched)
        if found < window.count {
            lineBytes = found + 1
            searched = 0
            return true
        }
        searched = found
        guard window.isAtEnd, window.count > 0 else { return false }
        lineBytes = window.count
        searched = 0
        return true
    }

    /// The place of the next line feed, or the end of the window.
    private func lineFeed(from begin: Int) -> Int {
        let bytes = window.bytes.span.extracting(window.start..<window.end)
        var position = begin
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        return position
    }
}
