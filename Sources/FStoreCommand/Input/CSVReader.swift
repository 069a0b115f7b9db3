/// Reads RFC 4180 row by row, in bounded memory and without a copy of plain fields.
///
/// Quoted fields may hold delimiters, line ends and doubled quotes; lines end with LF or CRLF; a byte order mark at the
/// start and empty lines are passed over. A quote within an unquoted field is an ordinary character.
struct CSVReader: ~Copyable {
    /// What makes a row unfit, while the rows behind it can still be read.
    enum Flaw {
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
    }

    /// How the search for the end of a row went.
    private enum Scan {
        case row(bytes: Int)
        case needsMore
        case openQuote
    }

    /// The largest field.
    static let maxFieldBytes = 1 << 20
    /// The largest row.
    static let maxRowBytes = 1 << 24

    private let delimiter: UInt8
    private var window: ByteWindow
    private var fields: [Field] = []
    private var unescaped: [UInt8] = []
    private var rowBytes = 0
    private var rowLines = 0
    /// What is wrong with the row at hand.
    private(set) var flaw: Flaw?
    /// The line on which the row at hand begins, counted from 1.
    private(set) var line = 1
    private var isAtStart = true

    init(_ window: consuming ByteWindow, delimiter: UInt8 = UInt8(ascii: ",")) {
        self.window = window
        self.delimiter = delimiter
    }

    /// How many fields the row at hand has.
    var fieldCount: Int { fields.count }

    /// Where the next row begins in the input.
    var nextOffset: Int { window.offset + rowBytes }

    /// The line on which the next row begins.
    var nextLine: Int { line + rowLines }

    /// A field of the row at hand, without its quotes.
    @_lifetime(borrow self)
    borrowing func field(_ index: Int) -> Span<UInt8> {
        let field = fields[index]
        if field.isUnescaped { return unescaped.span.extracting(field.start..<field.end) }
        let start = window.start
        return window.bytes.span.extracting(start + field.start..<start + field.end)
    }

    /// The row at hand as it stands in the input, without its line end.
    var rawRow: [UInt8] {
        var raw = window.bytes[window.start..<window.start + rowBytes]
        if raw.last == 0x0A { raw.removeLast() }
        if raw.last == 0x0D { raw.removeLast() }
        return Array(raw)
    }

    /// Moves to the next row. `false` at the end.
    mutating func next() throws -> Bool {
        repeat {
            window.consume(rowBytes)
            line += rowLines
            rowBytes = 0
            rowLines = 0
            if isAtStart { try passByteOrderMark() }
            guard try readRow() else { return false }
        } while isEmptyLine
        return true
    }

    /// Goes on at a place that ``nextOffset`` and ``nextLine`` have told.
    mutating func skip(to offset: Int, line: Int) throws {
        window.consume(rowBytes)
        rowBytes = 0
        rowLines = 0
        try window.skip(to: offset)
        self.line = line
        isAtStart = false
    }

    private mutating func passByteOrderMark() throws {
        if try Array(window.prefix(3)) == [0xEF, 0xBB, 0xBF] { window.consume(3) }
        isAtStart = false
    }

    private var isEmptyLine: Bool {
        fields.count == 1 && fields[0].start == 0 && fields[0].end == 0 && !fields[0].isUnescaped
    }

    private mutating func readRow() throws -> Bool {
        while true {
            switch scan() {
            case .row(let bytes):
                rowBytes = bytes
                return true
            case .needsMore where window.isAtEnd && window.count == 0:
                return false
            case .openQuote where window.isAtEnd || window.count > Self.maxRowBytes:
                let reason = "line \(line): a quote opens a field in this row and is never closed"
                throw CommandError(.badData, "open_quote", reason)
            case .needsMore where window.count > Self.maxRowBytes:
                throw CommandError(
                    .badData,
                    "long_row",
                    "line \(line): the row has more than \(Self.maxRowBytes) bytes"
                )
            default:
                try window.fill()
            }
        }
    }

    /// Looks for the end of the row, from its start. It is rare that a row needs a second look.
    private mutating func scan() -> Scan {
        fields.removeAll(keepingCapacity: true)
        unescaped.removeAll(keepingCapacity: true)
        rowLines = 0
        flaw = nil
        var position = 0
        while true {
            let scan =
                position < window.count && window.bytes[window.start + position] == UInt8(ascii: "\"")
                ? scanQuoted(&position) : scanPlain(&position)
            if let scan { return scan }
        }
    }

    /// Passes over one field and its delimiter. `nil`: another field follows.
    private mutating func scanPlain(_ position: inout Int) -> Scan? {
        let begin = position
        position = endOfPlainField(from: begin)
        guard position < window.count else {
            guard window.isAtEnd, window.count > 0 else { return .needsMore }
            add(Field(start: begin, end: position))
            return .row(bytes: position)
        }
        let end = position
        position += 1
        if window.bytes[window.start + end] == delimiter {
            add(Field(start: begin, end: end))
            return nil
        }
        let hasReturn = end > begin && window.bytes[window.start + end - 1] == 0x0D
        add(Field(start: begin, end: hasReturn ? end - 1 : end))
        rowLines += 1
        return .row(bytes: position)
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

    private mutating func scanQuoted(_ position: inout Int) -> Scan? {
        let start = window.start
        let count = window.count
        position += 1
        var begin = position
        let unescapedStart = unescaped.count
        var isUnescaped = false
        while true {
            guard position < count else { return .openQuote }
            let byte = window.bytes[start + position]
            position += 1
            if byte == 0x0A { rowLines += 1 }
            guard byte == UInt8(ascii: "\"") else { continue }
            guard position < count || window.isAtEnd else { return .needsMore }
            guard position < count, window.bytes[start + position] == UInt8(ascii: "\"") else { break }
            // A doubled quote: what came before it, and one of the two.
            unescaped.append(contentsOf: window.bytes[start + begin..<start + position])
            isUnescaped = true
            position += 1
            begin = position
        }
        if isUnescaped {
            unescaped.append(contentsOf: window.bytes[start + begin..<start + position - 1])
            add(Field(start: unescapedStart, end: unescaped.count, isUnescaped: true))
        } else if position - 1 == begin {
            add(Field(start: unescapedStart, end: unescapedStart, isUnescaped: true))
        } else {
            add(Field(start: begin, end: position - 1))
        }
        return passDelimiter(&position)
    }

    /// Passes over what ends a quoted field: a delimiter, a line end or the end of the input.
    private mutating func passDelimiter(_ position: inout Int) -> Scan? {
        let start = window.start
        let count = window.count
        var end = position
        while position < count {
            let byte = window.bytes[start + position]
            position += 1
            if byte == delimiter {
                if end != position - 1 { flaw = .textBehindQuote }
                return nil
            }
            if byte == 0x0A {
                if end < position - 1, window.bytes[start + position - 2] == 0x0D { end += 1 }
                if end != position - 1 { flaw = .textBehindQuote }
                rowLines += 1
                return .row(bytes: position)
            }
        }
        guard window.isAtEnd else { return .needsMore }
        if end != position { flaw = .textBehindQuote }
        return .row(bytes: position)
    }

    private mutating func add(_ field: Field) {
        if field.end - field.start > Self.maxFieldBytes { flaw = .largeField }
        fields.append(field)
    }
}
