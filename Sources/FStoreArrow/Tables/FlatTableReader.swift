/// Reads the tables of FlatBuffers, in which Arrow writes what a message is about.
///
/// Every offset, length and count is checked before it is used. The tables may point to the same bytes many times: a
/// few kilobytes could claim a schema of a billion fields. Therefore each table, vector and text uses up a part of
/// ``budget``, which grows with the bytes of the message. Honest messages need a small part of it.
struct FlatTableReader {
    /// A table whose vector of fields and whose own bytes lie within the message.
    struct Table {
        fileprivate let position: Int
        fileprivate let size: Int
        fileprivate let fields: Int
        fileprivate let fieldCount: Int
    }

    /// A vector of structs or numbers, whose bytes lie within the message.
    struct Vector {
        let start: Int
        let count: Int
        static let empty = Vector(start: 0, count: 0)
    }

    let bytes: [UInt8]
    private var budget: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        budget = 64 + 8 * bytes.count
    }

    mutating func root() throws(ArrowError) -> Table { try table(at: target(of: 0)) }

    /// A number of a table, or what it is when the table leaves it out.
    func integer<T: FixedWidthInteger & BitwiseCopyable>(
        _ table: Table,
        _ field: Int,
        default missing: T
    ) throws(ArrowError) -> T {
        guard let place = try place(table, field, width: T.bitWidth / 8) else { return missing }
        return bytes.integer(T.self, at: place)
    }

    func bool(_ table: Table, _ field: Int) throws(ArrowError) -> Bool {
        try integer(table, field, default: UInt8(0)) != 0
    }

    /// A table that a table points to.
    mutating func table(_ table: Table, _ field: Int) throws(ArrowError) -> Table? {
        guard let place = try place(table, field, width: 4) else { return nil }
        return try self.table(at: target(of: place))
    }

    mutating func tables(_ table: Table, _ field: Int) throws(ArrowError) -> [Table] {
        let vector = try vector(table, field, stride: 4)
        var tables: [Table] = []
        tables.reserveCapacity(vector.count)
        for index in 0..<vector.count {
            let place = vector.start + 4 * index
            tables.append(try self.table(at: target(of: place)))
        }
        return tables
    }

    mutating func bytes(_ table: Table, _ field: Int) throws(ArrowError) -> [UInt8]? {
        let vector = try vector(table, field, stride: 1)
        return vector.start == 0 ? nil : Array(bytes[vector.start..<vector.start + vector.count])
    }

    mutating func text(_ table: Table, _ field: Int) throws(ArrowError) -> String? {
        try bytes(table, field).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A vector of elements of `stride` bytes; empty when the table leaves it out.
    mutating func vector(_ table: Table, _ field: Int, stride: Int) throws(ArrowError) -> Vector {
        guard let place = try place(table, field, width: 4) else { return .empty }
        let position = try target(of: place)
        let count = Int(bytes.integer(UInt32.self, at: position))
        guard count * stride <= bytes.count - position - 4 else { throw Self.outside("a list") }
        try spend(count * stride)
        return Vector(start: position + 4, count: count)
    }

    private mutating func table(at position: Int) throws(ArrowError) -> Table {
        try spend(16)
        let fields = position - Int(bytes.integer(Int32.self, at: position))
        guard fields >= 0, fields <= bytes.count - 4 else { throw Self.outside("a table's field list") }
        let fieldBytes = Int(bytes.integer(UInt16.self, at: fields))
        let size = Int(bytes.integer(UInt16.self, at: fields + 2))
        guard fieldBytes >= 4, fieldBytes <= bytes.count - fields else { throw Self.outside("a table's field list") }
        guard size >= 4, size <= bytes.count - position else { throw Self.outside("a table") }
        return Table(position: position, size: size, fields: fields + 4, fieldCount: (fieldBytes - 4) / 2)
    }

    /// Where a field of a table lies; `nil` when the table leaves it out.
    private func place(_ table: Table, _ field: Int, width: Int) throws(ArrowError) -> Int? {
        guard field < table.fieldCount else { return nil }
        let offset = Int(bytes.integer(UInt16.self, at: table.fields + 2 * field))
        if offset == 0 { return nil }
        guard offset >= 4, offset + width <= table.size else { throw Self.outside("a table's field") }
        return table.position + offset
    }

    /// What the offset at `place` points to. At least four bytes lie there.
    private func target(of place: Int) throws(ArrowError) -> Int {
        guard place + 4 <= bytes.count else { throw Self.outside("an offset") }
        let offset = Int(bytes.integer(UInt32.self, at: place))
        guard offset > 0, offset <= bytes.count - 4 - place else { throw Self.outside("an offset") }
        return place + offset
    }

    private mutating func spend(_ cost: Int) throws(ArrowError) {
        budget -= cost
        if budget < 0 { throw .malformed("its description uses the same bytes many times") }
    }

    private static func outside(_ what: String) -> ArrowError {
        .malformed("its description is damaged: \(what) reaches outside of it")
    }
}
