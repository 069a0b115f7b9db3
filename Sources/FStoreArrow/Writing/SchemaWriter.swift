/// Writes a schema. The dictionaries get the numbers of their columns.
struct SchemaWriter {
    var tables: FlatTableWriter

    mutating func write(_ schema: ArrowSchema, at place: Int) throws(ArrowError) {
        let hasMetadata = !schema.metadata.isEmpty
        let places = tables.table(at: place, [.absent, .offset, hasMetadata ? .offset : .absent])
        let fields = tables.offsets(at: places[1], count: schema.fields.count)
        for (number, (field, place)) in zip(schema.fields, fields).enumerated() {
            try write(field, number: number, at: place)
        }
        if hasMetadata { write(schema.metadata, at: places[2]) }
    }

    private mutating func write(_ field: ArrowField, number: Int, at place: Int) throws(ArrowError) {
        if let refusal = field.copyRefusal { throw refusal }
        let places = tables.table(
            at: place,
            [
                .offset, .bool(field.isNullable), .byte(field.type.code.rawValue), .offset,
                field.dictionary == nil ? .absent : .offset, .offset, field.metadata.isEmpty ? .absent : .offset,
            ]
        )
        tables.text(at: places[0], Array(field.name.utf8))
        write(field.type, at: places[3])
        if let dictionary = field.dictionary { write(dictionary, id: number, at: places[4]) }
        let children = tables.offsets(at: places[5], count: field.children.count)
        for (child, place) in zip(field.children, children) { try write(child, number: number, at: place) }
        if !field.metadata.isEmpty { write(field.metadata, at: places[6]) }
    }

    private mutating func write(_ dictionary: ArrowDictionaryEncoding, id: Int, at place: Int) {
        let places = tables.table(at: place, [.long(Int64(id)), .offset, .bool(dictionary.isOrdered)])
        write(.integer(dictionary.index), at: places[1])
    }

    private mutating func write(_ metadata: [ArrowKeyValue], at place: Int) {
        let entries = tables.offsets(at: place, count: metadata.count)
        for (entry, place) in zip(metadata, entries) {
            let places = tables.table(at: place, [.offset, .offset])
            tables.text(at: places[0], Array(entry.key.utf8))
            tables.text(at: places[1], entry.value)
        }
    }

    private mutating func write(_ type: ArrowType, at place: Int) {
        var zone: String?
        let values: [FlatTableWriter.Value] =
            switch type {
            case .integer(let integer): [.int(integer.bitWidth), .bool(integer.isSigned)]
            case .float(let float): [.short(float.rawValue)]
            case .fixedSizeBinary(let width): [.int(Int32(width))]
            case .fixedSizeList(_, let count): [.int(Int32(count))]
            case .date32: [.short(0)]
            case .date64: [.short(1)]
            case .timestamp(let unit, let name): [.short(unit.rawValue), name == nil ? .absent : .offset]
            default: []
            }
        if case .timestamp(_, let name) = type { zone = name }
        let places = tables.table(at: place, values)
        if let zone { tables.text(at: places[1], Array(zone.utf8)) }
    }
}

extension ArrowType {
    fileprivate var code: TypeCode {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer: .int
        case .float: .floatingPoint
        case .utf8: .utf8
        case .largeUTF8: .largeUTF8
        case .utf8View: .utf8View
        case .binary: .binary
        case .largeBinary: .largeBinary
        case .binaryView: .binaryView
        case .fixedSizeBinary: .fixedSizeBinary
        case .date32, .date64: .date
        case .timestamp: .timestamp
        case .list: .list
        case .largeList: .largeList
        case .fixedSizeList: .fixedSizeList
        // Such a field is refused before its type is written.
        case .unsupported: .null
        }
    }
}
