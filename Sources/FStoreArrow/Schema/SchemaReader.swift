/// Reads a schema from its message.
///
/// What a type is called when it is not supported, and what it takes up in a batch, follows from Arrow's columnar
/// format: https://arrow.apache.org/docs/format/Columnar.html
struct SchemaReader {
    /// How deep types may be nested. Deeper ones are no honest schema.
    private static let maximumDepth = 64

    var tables: FlatTableReader
    /// Whether the stream is of format V4, in which unions and run-end encoded columns had a validity bitmap.
    let isV4: Bool
    let limits: ArrowLimits
    private var fieldCount = 0

    init(_ tables: FlatTableReader, isV4: Bool, limits: ArrowLimits) {
        self.tables = tables
        self.isV4 = isV4
        self.limits = limits
    }

    mutating func read(_ table: FlatTableReader.Table) throws(ArrowError) -> ArrowSchema {
        if try tables.integer(table, 0, default: Int16(0)) != 0 {
            throw ArrowError(.unsupported, "the stream is big-endian; write it on a little-endian machine")
        }
        var fields: [ArrowField] = []
        for field in try tables.tables(table, 1) { fields.append(try self.field(field, depth: 0)) }
        return ArrowSchema(fields: fields, metadata: try metadata(table, 2))
    }

    private mutating func field(_ table: FlatTableReader.Table, depth: Int) throws(ArrowError) -> ArrowField {
        fieldCount += 1
        if fieldCount > limits.columns {
            throw ArrowError(.tooLarge, "the schema has more than \(limits.columns) columns")
        }
        let name = try tables.text(table, 0) ?? ""
        do throws(ArrowError) {
            if depth == Self.maximumDepth {
                throw ArrowError(.unsupported, "types are nested more than \(Self.maximumDepth) deep")
            }
            var children: [ArrowField] = []
            for child in try tables.tables(table, 5) { children.append(try field(child, depth: depth + 1)) }
            let (type, extent) = try type(of: table, children: children)
            let dictionary = try dictionary(table)
            return ArrowField(
                name: name,
                type: dictionary == nil ? type : Self.encoded(type),
                isNullable: try tables.bool(table, 1),
                dictionary: dictionary,
                // What lies below a type that is not supported is counted, and not needed again.
                children: type.element == nil ? [] : children,
                metadata: try metadata(table, 6),
                extent: dictionary == nil ? extent : FieldExtent(nodes: 1, buffers: 2)
            )
        } catch {
            throw error.of(name)
        }
    }

    /// Values of a fixed width, texts and bytes may stand in a dictionary. Others are not read.
    private static func encoded(_ type: ArrowType) -> ArrowType {
        switch type.kind {
        case .null, .floats, .unsupported: .unsupported(name: "dictionary<\(type)>")
        default: type
        }
    }

    private mutating func dictionary(_ table: FlatTableReader.Table) throws(ArrowError) -> ArrowDictionaryEncoding? {
        guard let encoding = try tables.table(table, 4) else { return nil }
        var index = ArrowInteger.int32
        if let integer = try tables.table(encoding, 1) { index = try self.integer(integer) }
        return ArrowDictionaryEncoding(
            id: try tables.integer(encoding, 0, default: 0),
            index: index,
            isOrdered: try tables.bool(encoding, 2)
        )
    }

    private mutating func metadata(
        _ table: FlatTableReader.Table,
        _ field: Int
    ) throws(ArrowError) -> [ArrowKeyValue] {
        var entries: [ArrowKeyValue] = []
        for entry in try tables.tables(table, field) {
            let key = try tables.text(entry, 0) ?? ""
            entries.append(ArrowKeyValue(key: key, value: try tables.bytes(entry, 1) ?? []))
        }
        return entries
    }

    private mutating func type(
        of field: FlatTableReader.Table,
        children: [ArrowField]
    ) throws(ArrowError) -> (ArrowType, FieldExtent) {
        let number = try tables.integer(field, 2, default: UInt8(0))
        guard let code = TypeCode(rawValue: number) else {
            // Nobody can tell how many buffers it has.
            throw ArrowError(
                .unsupported,
                "type number \(number) is not known, so the columns behind it cannot be found"
            )
        }
        guard let table = try tables.table(field, 3) else { throw .malformed("its type is missing") }
        if let type = try plainType(code, table, children: children) { return (type, FieldExtent(of: type)) }
        let below = children.reduce(FieldExtent(nodes: 0, buffers: 0)) { $0 + $1.extent }
        let own = FieldExtent(nodes: 1, buffers: try ownBuffers(code, table))
        return (.unsupported(name: try name(code, table, children: children)), own + below)
    }

    /// A type that is supported; `nil` for others.
    private mutating func plainType(
        _ code: TypeCode,
        _ table: FlatTableReader.Table,
        children: [ArrowField]
    ) throws(ArrowError) -> ArrowType? {
        switch code {
        case .null: return .null
        case .bool: return .bool
        case .int: return .integer(try integer(table))
        case .floatingPoint: return .float(try known(ArrowFloat.self, table, default: 0))
        case .utf8: return .utf8
        case .largeUTF8: return .largeUTF8
        case .utf8View: return .utf8View
        case .binary: return .binary
        case .largeBinary: return .largeBinary
        case .binaryView: return .binaryView
        case .fixedSizeBinary: return .fixedSizeBinary(width: try size(table))
        case .date: return try tables.integer(table, 0, default: Int16(1)) == 0 ? .date32 : .date64
        case .timestamp:
            let unit = try known(ArrowTimeUnit.self, table, default: 0)
            return .timestamp(unit, zone: try tables.text(table, 1))
        case .list, .largeList, .fixedSizeList:
            guard children.count == 1 else { throw .malformed("a list must have one child, not \(children.count)") }
            guard children[0].dictionary == nil, case .float(let element) = children[0].type else { return nil }
            if code == .fixedSizeList { return .fixedSizeList(element, count: try size(table)) }
            return code == .list ? .list(element) : .largeList(element)
        default: return nil
        }
    }

    private func integer(_ table: FlatTableReader.Table) throws(ArrowError) -> ArrowInteger {
        let width = try tables.integer(table, 0, default: Int32(0))
        guard let integer = ArrowInteger(bitWidth: width, isSigned: try tables.bool(table, 1)) else {
            throw .malformed("an integer cannot have \(width) bits")
        }
        return integer
    }

    private func known<Code: RawRepresentable<Int16>>(
        _ type: Code.Type,
        _ table: FlatTableReader.Table,
        default missing: Int16
    ) throws(ArrowError) -> Code {
        let number = try tables.integer(table, 0, default: missing)
        guard let code = Code(rawValue: number) else { throw .malformed("\(number) is not a known kind of its type") }
        return code
    }

    private func size(_ table: FlatTableReader.Table) throws(ArrowError) -> Int {
        let size = try tables.integer(table, 0, default: Int32(0))
        guard size >= 0 else { throw .malformed("its size is negative") }
        return Int(size)
    }
}

extension SchemaReader {
    /// How many buffers a type has, apart from its children's.
    private func ownBuffers(_ code: TypeCode, _ table: FlatTableReader.Table) throws(ArrowError) -> Int {
        switch code {
        case .runEndEncoded: return isV4 ? 1 : 0
        case .structure, .fixedSizeList: return 1
        case .listView, .largeListView: return 3
        case .union:
            let isDense = try tables.integer(table, 0, default: Int16(0)) == 1
            return (isDense ? 2 : 1) + (isV4 ? 1 : 0)
        default: return 2
        }
    }

    /// What a user knows the type as.
    private func name(
        _ code: TypeCode,
        _ table: FlatTableReader.Table,
        children: [ArrowField]
    ) throws(ArrowError) -> String {
        let element = children.first.map { $0.dictionary == nil ? "\($0.type)" : "dictionary<\($0.type)>" } ?? ""
        switch code {
        case .decimal:
            let bits = try tables.integer(table, 2, default: Int32(128))
            let precision = try tables.integer(table, 0, default: Int32(0))
            return "decimal\(bits)(\(precision), \(try tables.integer(table, 1, default: Int32(0))))"
        case .time: return "time\(try tables.integer(table, 1, default: Int32(32)))"
        case .interval: return "interval"
        case .duration: return "duration"
        case .structure: return "struct"
        case .union: return "union"
        case .map: return "map"
        case .runEndEncoded: return "run_end_encoded"
        case .list: return "list<\(element)>"
        case .largeList: return "large_list<\(element)>"
        case .fixedSizeList: return "fixed_size_list<\(element)>[\(try size(table))]"
        case .listView: return "list_view<\(element)>"
        case .largeListView: return "large_list_view<\(element)>"
        default: return "\(code)"
        }
    }
}
