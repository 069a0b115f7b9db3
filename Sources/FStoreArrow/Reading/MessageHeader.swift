/// What a message is about, and how many bytes follow its description.
struct MessageHeader {
    enum Content {
        case schema(FlatTableReader.Table)
        case batch(FlatTableReader.Table)
        case dictionary(FlatTableReader.Table)
    }

    let content: Content
    let bodyBytes: Int
    /// Format V4, which Arrow wrote until 2020.
    let isV4: Bool
    var tables: FlatTableReader

    init(_ description: [UInt8]) throws(ArrowError) {
        tables = FlatTableReader(description)
        let message = try tables.root()
        let version = try tables.integer(message, 0, default: Int16(0))
        guard version == 3 || version == 4 else {
            throw ArrowError(.unsupported, "the stream is of format V\(Int(version) + 1); V4 and V5 are read")
        }
        isV4 = version == 3
        guard let body = Int(exactly: try tables.integer(message, 3, default: Int64(0))), body >= 0 else {
            throw .malformed("the size of its body is negative")
        }
        bodyBytes = body
        let kind = try tables.integer(message, 1, default: UInt8(0))
        guard let header = try tables.table(message, 2) else { throw .malformed("it does not say what it holds") }
        switch kind {
        case 1: content = .schema(header)
        case 2: content = .dictionary(header)
        case 3: content = .batch(header)
        case 4, 5: throw ArrowError(.unsupported, "it holds a tensor; only tables are read")
        default: throw .malformed("it holds something of the unknown kind \(kind)")
        }
    }
}
