extension ArrowColumn {
    /// Hands the bytes of a text or of a binary value to `body`; returns `nil` for null without calling it. For the
    /// kinds
    /// `text` and `bytes`.
    ///
    /// A text is valid UTF-8 if the reader was told to check that; see ``ArrowStreamReader/init(limits:checksText:)``.
    ///
    /// Rows of a dictionary or of views may share their bytes. All rows together can be far larger than the message.
    @inlinable
    package func withBytes<Result, Failure: Error>(
        at row: Int,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        if isNull(row) { return nil }
        if layout == .dictionary {
            guard let (part, place) = decoded(row) else { return nil }
            let values = part.values
            return try body(values.bytes.span.extracting(values.range(ofRow: place)))
        }
        return try body(bytes.span.extracting(range(ofRow: row)))
    }

    /// A text as a string; `nil` for null. Bytes that are not UTF-8 become U+FFFD.
    package func text(at row: Int) -> String? {
        if isNull(row) { return nil }
        if layout == .dictionary { return decoded(row).flatMap { $0.part.values.text(at: $0.row) } }
        return String(decoding: bytes[range(ofRow: row)], as: UTF8.self)
    }

    /// How many bytes a text or a binary value has; `nil` for null.
    package func byteCount(at row: Int) -> Int? {
        withBytes(at: row) { $0.count }
    }

    /// Where the bytes of a row lie. The row is not null, and the column is not dictionary-encoded.
    @inlinable
    func range(ofRow row: Int) -> Range<Int> {
        let place = first &+ row
        switch layout {
        case .offsets32:
            let offset = values &+ place &* 4
            let start = data.lowerBound &+ Int(bytes.integer(Int32.self, at: offset))
            return start..<data.lowerBound &+ Int(bytes.integer(Int32.self, at: offset &+ 4))
        case .offsets64:
            let offset = values &+ place &* 8
            let start = data.lowerBound &+ Int(bytes.integer(Int64.self, at: offset))
            return start..<data.lowerBound &+ Int(bytes.integer(Int64.self, at: offset &+ 8))
        case .views:
            return viewedRange(place)
        case .fixedBytes:
            let start = values &+ place &* width
            return start..<start &+ width
        default: wrongKind("bytes")
        }
    }

    /// A view of at most 12 bytes holds them. A longer one has the number of a buffer and a place in it.
    @usableFromInline
    func viewedRange(_ place: Int) -> Range<Int> {
        let view = values &+ place &* 16
        let count = Int(bytes.integer(Int32.self, at: view))
        if count <= 12 { return view &+ 4..<view &+ 4 &+ count }
        let buffer = parts.viewBuffers[Int(bytes.integer(Int32.self, at: view &+ 8))]
        let start = buffer.lowerBound &+ Int(bytes.integer(Int32.self, at: view &+ 12))
        return start..<start &+ count
    }
}
