/// Reads an Arrow IPC stream from bytes that come in pieces of any size.
///
///     var reader = ArrowStreamReader()
///     for piece in pieces {
///         try reader.push(piece)
///         while let event = try reader.next() { … }
///     }
///     try reader.finish()
///
/// Call ``next()`` until it returns `nil` before pushing more: what is pushed and not yet read stays in memory.
/// Whatever the bytes are, reading them takes time and memory in proportion to their number, and at worst throws. After
/// an error the reader throws the same error again.
package struct ArrowStreamReader {
    /// What the reader waits for.
    private enum Waiting {
        case prefix
        case description(bytes: Int)
        case body(MessageHeader)
        /// The mark of the end has been read.
        case nothing
    }

    private let limits: ArrowLimits
    private let checksText: Bool
    private var pending: [UInt8] = []
    /// How much of ``pending`` has been read.
    private var position = 0
    private var waiting = Waiting.prefix
    /// The number of the current message, counted from 1.
    private var message = 1
    private var failure: ArrowError?
    private var dictionaries = DictionaryStore()
    /// `nil` until the first message is read.
    package private(set) var schema: ArrowSchema?

    /// - Parameter checksText: Whether each text is checked to be UTF-8 when its batch is read. Without it, the caller
    ///   must expect other bytes in texts. Copying a column does not need the check.
    package init(limits: ArrowLimits = ArrowLimits(), checksText: Bool = true) {
        self.limits = limits
        self.checksText = checksText
        dictionaries.limits = limits
    }

    /// Whether the mark at the end of the stream has been read.
    package var isEnded: Bool { if case .nothing = waiting { true } else { false } }

    /// Takes the next bytes of the stream.
    package mutating func push(_ bytes: [UInt8]) { push(bytes[...]) }

    /// Takes the next bytes of the stream.
    package mutating func push(_ bytes: ArraySlice<UInt8>) {
        dropRead()
        pending.append(contentsOf: bytes)
    }

    /// Takes the next bytes of the stream.
    package mutating func push(_ bytes: RawSpan) {
        dropRead()
        pending.append(copying: bytes)
    }

    package mutating func push(_ bytes: Span<UInt8>) {
        dropRead()
        pending.append(copying: bytes)
    }

    /// The next event; `nil` when more bytes are needed, or when the stream has ended.
    package mutating func next() throws(ArrowError) -> ArrowStreamEvent? {
        if let failure { throw failure }
        do throws(ArrowError) {
            return try step()
        } catch {
            let failure = error.inMessage(message)
            self.failure = failure
            throw failure
        }
    }

    /// Says that no more bytes come. Throws unless the stream ends between two messages.
    ///
    /// The mark of the end may be missing, as the format allows. Whoever must know that nothing is missing asks
    /// ``isEnded`` too.
    package mutating func finish() throws(ArrowError) {
        if let failure { throw failure }
        if isEnded { return }
        guard schema != nil, case .prefix = waiting, position == pending.count else {
            throw ArrowError.malformed("the stream ends in the middle of it").inMessage(message)
        }
    }

    private mutating func step() throws(ArrowError) -> ArrowStreamEvent? {
        while true {
            switch waiting {
            case .prefix:
                guard let bytes = try takePrefix() else { return nil }
                if bytes == 0 {
                    guard schema != nil else { throw .malformed("the stream ends before its schema") }
                    waiting = .nothing
                    return .end
                }
                waiting = .description(bytes: bytes)
            case .description(let bytes):
                guard let description = take(bytes) else { return nil }
                let header = try MessageHeader(description)
                guard header.bodyBytes <= limits.messageBytes - bytes else { throw tooLarge }
                waiting = .body(header)
            case .body(let header):
                guard let body = take(header.bodyBytes) else { return nil }
                waiting = .prefix
                let event = try read(header, body: body)
                message += 1
                if let event { return event }
            case .nothing:
                guard position == pending.count else { throw .malformed("bytes follow the end of the stream") }
                return nil
            }
        }
    }

    /// How many bytes the description of the next message has. Since 2019 a mark of four bytes stands before it.
    private mutating func takePrefix() throws(ArrowError) -> Int? {
        guard pending.count - position >= 4 else { return nil }
        var length = pending.integer(Int32.self, at: position)
        var prefix = 4
        if length == -1 {
            guard pending.count - position >= 8 else { return nil }
            length = pending.integer(Int32.self, at: position + 4)
            prefix = 8
        }
        guard length >= 0, length <= limits.messageBytes || message > 1 || prefix == 8 else {
            throw .malformed(
                "this is not an Arrow IPC stream; write an Arrow or Feather file as a stream, such as with "
                    + "pyarrow.ipc.new_stream or polars' write_ipc_stream"
            )
        }
        guard length <= limits.messageBytes else { throw tooLarge }
        position += prefix
        return Int(length)
    }

    private var tooLarge: ArrowError {
        ArrowError(.tooLarge, "it has more than \(limits.messageBytes) bytes; send smaller batches")
    }

    private mutating func read(_ header: MessageHeader, body: [UInt8]) throws(ArrowError) -> ArrowStreamEvent? {
        var tables = header.tables
        switch header.content {
        case .schema(let table):
            guard schema == nil else { throw .malformed("the schema comes twice") }
            var reader = SchemaReader(tables, isV4: header.isV4, limits: limits)
            let schema = try reader.read(table)
            try dictionaries.expect(schema)
            self.schema = schema
            return .schema(schema)
        case .batch(let table):
            guard let schema else { throw .malformed("the stream does not begin with a schema") }
            let header = try BatchHeader(table, in: &tables, bodyBytes: body.count, limits: limits)
            var reader = BatchReader(header, body: body, checksText: checksText)
            let columns = try reader.columns(of: schema.fields, dictionaries: dictionaries.read)
            return .batch(ArrowBatch(rowCount: header.rowCount, columns: columns))
        case .dictionary(let table):
            guard schema != nil else { throw .malformed("the stream does not begin with a schema") }
            try dictionaries.read(table, in: &tables, body: body, checksText: checksText)
            return nil
        }
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard pending.count - position >= count else { return nil }
        position += count
        return Array(pending[position - count..<position])
    }

    /// Forgets what has been read, once it is most of what is there: each byte is moved at most once then.
    private mutating func dropRead() {
        guard position > pending.count / 2 else { return }
        pending.removeFirst(position)
        position = 0
    }
}
