internal import FStoreText

/// Reads RFC 4180 row by row, in bounded memory and without a copy of plain fields.
///
/// Quoted fields may hold delimiters, line ends and doubled quotes; lines end with LF or CRLF; a byte order mark at the
/// start and empty lines are passed over. A quote within an unquoted field is an ordinary character.
package struct CSVReader: ~Copyable {
    /// What makes a row unfit, while the rows behind it can still be read.
    package enum Flaw {
        /// Something stands between a closing quote and the next delimiter.
        case textBehindQuote
        /// A field is larger than ``CSVReader/maxFieldBytes``.
        case largeField
    }

    /// Where a field lies: in the window counted from the row's start, or among the fields whose quotes were doubled.
    private struct Field {
        var start: Int
        var end: Int
        var isUnescaped = false
        var isQuoted = false
    }

    /// Which part of a row the search for its end is in.
    private enum Part {
        case fieldStart
        case plain
        case quoted
        /// Behind a quote that closes the field, unless another quote follows.
        case quote
        case behindQuote
    }

    /// The largest field.
    static let maxFieldBytes = 1 << 20
    /// The largest row.
    static let maxRowBytes = 1 << 24

    private let delimiter: UInt8
    package var window: ByteWindow
    private var fields: [Field] = []
    private var unescaped: [UInt8] = []
    private var rowBytes = 0
    private var rowLines = 0
    /// What is wrong with the row at hand.
    package private(set) var flaw: Flaw?
    /// The line on which the row at hand begins, counted from 1.
    package private(set) var line = 1

    // The search for the end of a row goes on where it stopped for want of bytes: a row that comes in many small chunks
    // is looked at once, and not once for each chunk.
    private var part = Part.fieldStart
    private var position = 0
    private var fieldStart = 0
    private var unescapedStart = 0
    private var isUnescaped = false

    package init(_ window: consuming ByteWindow, delimiter: UInt8 = UInt8(ascii: ",")) {
        self.window = window
        self.delimiter = delimiter
    }

    /// How many fields the row at hand has.
    package var fieldCount: Int { fields.count }

    /// Where the next row begins in the input.
    package var nextOffset: Int { window.offset + rowBytes }

    /// The line on which the next row begins.
    package var nextLine: Int { line + rowLines }

    /// The digest of the input up to ``nextOffset``.
    mutating func digest() -> UInt64 { window.digest(ahead: rowBytes) }

    /// A field of the row at hand, without its quotes.
    @_lifetime(borrow self)
    package borrowing func field(_ index: Int) -> Span<UInt8> {
        let field = fields[index]
        if field.isUnescaped { return unescaped.span.extracting(field.start..<field.end) }
        let start = window.start
        return window.bytes.span.extracting(start + field.start..<start + field.end)
    }

    /// Whether a field of the row at hand stood in quotes.
    func isQuoted(_ index: Int) -> Bool { fields[index].isQuoted }

    /// The row at hand as it stands in the input, without its line end.
    package var rawRow: [UInt8] {
        var raw = window.bytes[window.start..<window.start + rowBytes]
        if raw.last == 0x0A { raw.removeLast() }
        if raw.last == 0x0D { raw.removeLast() }
        return Array(raw)
    }

    /// Moves to the next row.
    package mutating func next() throws(InputError) -> RowStep {
        while true {
            if rowBytes > 0 { leaveRow() }
            guard try window.passByteOrderMark() else { return .needsMore }
            guard scan() else {
                if window.isAtEnd, window.count == 0 { return .end }
                try checkLength()
                return .needsMore
            }
            if !isEmptyLine { return .row }
        }
    }

    /// Moves to the next row of a file. `false` at its end.
    package mutating func next(from file: InputFile) throws(InputError) -> Bool {
        while true {
            switch try next() {
            case .row: return true
            case .end: return false
            case .needsMore: try window.fill(from: file)
            }
        }
    }

    /// Goes on at a place that ``nextOffset`` and ``nextLine`` have told.
    mutating func skip(to offset: Int, line: Int, from file: InputFile) throws(InputError) {
        leaveRow()
        try window.skip(to: offset, from: file)
        self.line = line
    }

    private mutating func leaveRow() {
        window.consume(rowBytes)
        line += rowLines
        rowBytes = 0
        rowLines = 0
        fields.removeAll(keepingCapacity: true)
        unescaped.removeAll(keepingCapacity: true)
        flaw = nil
        part = .fieldStart
        position = 0
    }

    private var isEmptyLine: Bool {
        fields.count == 1 && fields[0].start == 0 && fields[0].end == 0 && !fields[0].isUnescaped
    }

    private func checkLength() throws(InputError) {
        if part == .quoted, window.isAtEnd || window.count > Self.maxRowBytes { throw .openQuote(line: line) }
        if window.count > Self.maxRowBytes { throw .longRow(line: line, limit: Self.maxRowBytes) }
    }

    // MARK: Looking for the end of a row

    /// Whether the end of the row was found; else more bytes are needed.
    private mutating func scan() -> Bool {
        while true {
            let isDone: Bool?
            switch part {
            case .fieldStart: isDone = scanFieldStart()
            case .plain: isDone = scanPlain()
            case .quoted: isDone = scanQuoted()
            case .quote: isDone = scanQuote()
            case .behindQuote: isDone = scanBehindQuote()
            }
            if let isDone { return isDone }
        }
    }

    // Each returns `true` at the end of the row, `false` when it needs more bytes, and `nil` when another part follows.

    private mutating func scanFieldStart() -> Bool? {
        guard position < window.count else {
            // An input that ends behind a delimiter has one more field, an empty one.
            guard window.isAtEnd, window.count > 0 else { return false }
            add(Field(start: position, end: position))
            return end()
        }
        fieldStart = position
        if window.bytes[window.start + position] == UInt8(ascii: "\"") {
            position += 1
            fieldStart = position
            unescapedStart = unescaped.count
            isUnescaped = false
            part = .quoted
            return nil
        }
        return scanPlain()
    }

    private mutating func scanPlain() -> Bool? {
        part = .plain
        let begin = fieldStart
        position = endOfPlainField(from: position)
        let end = position
        guard end < window.count else {
            guard window.isAtEnd else { return false }
            add(Field(start: begin, end: end))
            return self.end()
        }
        position += 1
        if window.bytes[window.start + end] == delimiter {
            add(Field(start: begin, end: end))
            part = .fieldStart
            return nil
        }
        let hasReturn = end > begin && window.bytes[window.start + end - 1] == 0x0D
        add(Field(start: begin, end: hasReturn ? end - 1 : end))
        rowLines += 1
        return self.end()
    }

    /// The place of the next delimiter or line feed, or the end of the window.
    private func endOfPlainField(from begin: Int) -> Int {
        let bytes = window.bytes.span.extracting(window.start..<window.end)
        var position = begin
        while position < bytes.count {
            let byte = bytes[position]
            if byte == delimiter || byte == 0x0A { break }
            position += 1
        }
        return position
    }

    private mutating func scanQuoted() -> Bool? {
        let start = window.start
        let count = window.count
        while position < count {
            let byte = window.bytes[start + position]
            position += 1
            if byte == 0x0A { rowLines += 1 }
            if byte == UInt8(ascii: "\"") {
                part = .quote
                return nil
            }
        }
        return false
    }

    private mutating func scanQuote() -> Bool? {
        let start = window.start
        guard position < window.count || window.isAtEnd else { return false }
        if position < window.count, window.bytes[start + position] == UInt8(ascii: "\"") {
            // A doubled quote: what came before it, and one of the two.
            unescaped.append(contentsOf: window.bytes[start + fieldStart..<start + position])
            isUnescaped = true
            position += 1
            fieldStart = position
            part = .quoted
            return nil
        }
        if isUnescaped {
            unescaped.append(contentsOf: window.bytes[start + fieldStart..<start + position - 1])
            add(Field(start: unescapedStart, end: unescaped.count, isUnescaped: true, isQuoted: true))
        } else if position - 1 == fieldStart {
            // An empty field in quotes is told from an empty line by the mark.
            add(Field(start: unescapedStart, end: unescapedStart, isUnescaped: true, isQuoted: true))
        } else {
            add(Field(start: fieldStart, end: position - 1, isQuoted: true))
        }
        fieldStart = position
        part = .behindQuote
        return nil
    }

    /// Passes over what ends a quoted field: a delimiter, a line end or the end of the input.
    private mutating func scanBehindQuote() -> Bool? {
        let start = window.start
        while position < window.count {
            let byte = window.bytes[start + position]
            position += 1
            if byte == delimiter {
                if fieldStart != position - 1 { flaw = .textBehindQuote }
                part = .fieldStart
                return nil
            }
            if byte == 0x0A {
                if fieldStart < position - 1, window.bytes[start + position - 2] == 0x0D { fieldStart += 1 }
                if fieldStart != position - 1 { flaw = .textBehindQuote }
                rowLines += 1
                return end()
            }
        }
        guard window.isAtEnd else { return false }
        if fieldStart != position { flaw = .textBehindQuote }
        return end()
    }

    private mutating func end() -> Bool {
        rowBytes = position
        return true
    }

    private mutating func add(_ field: Field) {
        if field.end - field.start > Self.maxFieldBytes { flaw = .largeField }
        fields.append(field)
    }
}
