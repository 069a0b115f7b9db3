internal import FStore
internal import FStoreText

/// Rows of CSV with a header.
struct CSVRowSource: RowSource, ~Copyable {
    /// A column whose values are taken.
    private struct Column {
        var index: Int
        var type: ValueType
        var missing: MissingTexts
    }

    private var reader: CSVReader
    private let mapping: RowMapping
    private let times: TimeReader
    private let missingEntity: MissingTexts
    // Found when the header is read.
    private var fieldCount = 0
    private var entityIndices: [Int] = []
    private var timeIndex: Int?
    private var columns: [Column] = []
    private var foundTargets: [Int] = []
    private var required: [(column: String, index: Int)] = []
    private var typed: [(column: String, index: Int, type: RowRules.ColumnType)] = []
    private var exact: [(column: String, index: Int)] = []
    private var others: [(name: String, index: Int)] = []
    private(set) var targets: [LoadTarget]

    init(_ reader: consuming CSVReader, mapping: RowMapping) {
        self.reader = reader
        self.mapping = mapping
        times = TimeReader(unit: mapping.timeUnit, zone: mapping.timeZone)
        missingEntity = MissingTexts(mapping.missing ?? ["", "NA"])
        targets = mapping.allTargets
        for index in targets.indices { targets[index].type = targets[index].type ?? .float64 }
    }

    var nextOffset: Int { reader.nextOffset }
    var nextLine: Int { reader.nextLine }
    var line: Int { reader.line }
    var rawRow: [UInt8] { reader.rawRow }
    /// The header has them all.
    var unseenColumns: [Int] {
        get { [] }
        set {}
    }

    mutating func digest() -> UInt64 { reader.digest() }

    mutating func takeFoundTargets() -> [Int] {
        defer { foundTargets = [] }
        return foundTargets
    }

    mutating func withWindow<Result, Failure>(
        _ body: (inout ByteWindow) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(&reader.window)
    }

    mutating func skip(to offset: Int, line: Int, from file: InputFile) throws(InputError) {
        guard try reader.next(from: file) else { throw .noHeader }
        try takeHeader()
        try reader.skip(to: offset, line: line, from: file)
    }

    private mutating func takeHeader() throws(InputError) {
        let header = CSVHeader(reader)
        entityIndices = []
        for name in mapping.entity { entityIndices.append(try header.index(name)) }
        timeIndex = mapping.defaultTime == nil ? try header.index(mapping.time) : try header.optionalIndex(mapping.time)
        for target in mapping.targets {
            let type = target.type ?? .float64
            let missing = mapping.missing.map(MissingTexts.init) ?? .standard(for: type)
            columns.append(Column(index: try header.index(target.column), type: type, missing: missing))
        }
        foundTargets = Array(targets.indices)
        try takeRules(header)
        fieldCount = header.names.count
    }

    mutating func next(into row: inout LoadRow) throws -> RowStep {
        if fieldCount == 0 {
            switch try reader.next() {
            case .row: try takeHeader()
            case .needsMore: return .needsMore
            case .end: throw InputError.noHeader
            }
        }
        let step = try reader.next()
        guard step == .row else { return step }
        switch reader.flaw {
        case .textBehindQuote: throw Rejection("text follows a closing quote; a quote within a field is written twice")
        case .largeField: throw Rejection("a field has more than \(CSVReader.maxFieldBytes) bytes")
        case nil: break
        }
        guard reader.fieldCount == fieldCount else {
            throw Rejection("the row has \(reader.fieldCount) fields, and the header has \(fieldCount)")
        }
        try checkRules()
        try checkExact()
        try row.setEntity(try entity(), field: mapping.entity[0])
        row.time = try time()
        row.cells.removeAll(keepingCapacity: true)
        for position in columns.indices {
            let text = reader.field(columns[position].index)
            if isMissing(text, columns[position].index, columns[position].missing) {
                if mapping.missingIsNull { row.cells.append((position, .null)) }
                continue
            }
            do throws(Rejection) {
                row.cells.append((position, try ValueReader.read(text, as: columns[position].type)))
            } catch {
                throw error.of(targets[position].column)
            }
        }
        if !others.isEmpty { row.cells.append((targets.count - 1, .json(try metadata()))) }
        return .row
    }

    private func isMissing(_ text: Span<UInt8>, _ index: Int, _ missing: MissingTexts) -> Bool {
        if mapping.quotedIsValue, reader.isQuoted(index) { return false }
        return missing.contains(text)
    }

    private func time() throws(Rejection) -> Timestamp {
        if let defaultTime = mapping.defaultTime {
            guard let timeIndex, !missingEntity.contains(reader.field(timeIndex)) else { return defaultTime }
        }
        guard let timeIndex else { throw Rejection("the time is missing", field: mapping.time) }
        do throws(Rejection) { return try times.read(reader.field(timeIndex)) } catch {
            throw error.of(mapping.time)
        }
    }

    // MARK: Rules and other columns

    private mutating func takeRules(_ header: CSVHeader) throws(InputError) {
        for column in mapping.rules.required { required.append((column, try header.index(column))) }
        for (column, type) in mapping.rules.types {
            if let index = try header.optionalIndex(column) { typed.append((column, index, type)) }
        }
        for column in mapping.rules.exact { exact.append((column, try header.index(column))) }
        guard mapping.metadata != nil else { return }
        defer { if others.isEmpty { foundTargets.removeLast() } }
        let taken = Set(entityIndices + columns.map(\.index) + [timeIndex].compactMap(\.self))
        for (index, name) in header.names.enumerated() where !taken.contains(index) { others.append((name, index)) }
    }

    private func checkRules() throws(Rejection) {
        for (column, index) in required where isMissing(reader.field(index), index, missingEntity) {
            throw Rejection("the value is missing, and the source requires one", field: column)
        }
        for (column, index, type) in typed where !isMissing(reader.field(index), index, missingEntity) {
            do throws(Rejection) { try RowRules.check(reader.field(index), is: type) } catch {
                throw error.of(column)
            }
        }
    }

    private func checkExact() throws(Rejection) {
        for (column, index) in exact {
            do throws(Rejection) { try RowRules.checkExact(reader.field(index)) } catch { throw error.of(column) }
        }
    }

    /// The other columns, each as the text that it holds.
    private func metadata() throws(Rejection) -> String {
        var object = JSONObjectText()
        for (name, index) in others where !isMissing(reader.field(index), index, missingEntity) {
            object.add(name, NumberText.text(reader.field(index)) ?? "")
        }
        return try RowRules.bounded(String(decoding: object.bytes, as: UTF8.self))
    }

    private func entity() throws(Rejection) -> String {
        var joined = ""
        for (position, index) in entityIndices.enumerated() {
            let text = reader.field(index)
            if missingEntity.contains(text) {
                // Said aloud: whoever has an entity of that name sees what to do, and nobody gets one that is none.
                let given = NumberText.text(text) ?? ""
                let reason = given.isEmpty ? "" : "; \"\(given)\" stands for no value unless --missing says otherwise"
                throw Rejection("the entity is missing\(reason)", field: mapping.entity[position])
            }
            guard let valid = NumberText.text(text) else {
                throw Rejection("the entity's name is not valid UTF-8", field: mapping.entity[position])
            }
            joined = position == 0 ? valid : joined + mapping.entitySeparator + valid
        }
        return joined
    }
}
