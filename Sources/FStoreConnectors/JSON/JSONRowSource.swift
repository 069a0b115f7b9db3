internal import FStore
internal import FStoreText

/// Rows of NDJSON: one object a line. A member that is absent holds no value; null is written as null.
struct JSONRowSource: RowSource, ~Copyable {
    private var reader: LineReader
    private let mapping: RowMapping
    private let missing: MissingTexts?
    private let times: TimeReader
    private(set) var targets: [LoadTarget]
    private var isSeen: [Bool]
    private var isAllSeen = false
    // For lines of the usual form, which are read without building a JSON value.
    private let plain = PlainObject()
    private let plainNames: [[UInt8]]
    private let plainHints: Hints
    private var foundTargets: [Int] = []

    init(_ reader: consuming LineReader, mapping: RowMapping) {
        self.reader = reader
        self.mapping = mapping
        missing = mapping.missing.map(MissingTexts.init)
        times = TimeReader(unit: mapping.timeUnit, zone: mapping.timeZone)
        targets = mapping.allTargets
        isSeen = Array(repeating: false, count: targets.count)
        plainNames = (mapping.entity + [mapping.time] + mapping.targets.map(\.column)).map { Array($0.utf8) }
        plainHints = Hints(count: plainNames.count)
    }

    /// Where each name was in the line before.
    private final class Hints {
        var positions: [Int]

        init(count: Int) {
            positions = Array(0..<count)
        }
    }

    var nextOffset: Int { reader.nextOffset }
    var nextLine: Int { reader.line }
    var line: Int { reader.line }
    var rawRow: [UInt8] { Array(reader.bytes) }

    var unseenColumns: [Int] {
        // An input may well have no other members than those that are mapped.
        get { mapping.targets.indices.filter { !isSeen[$0] } }
        set {
            isSeen = Array(repeating: true, count: targets.count)
            for index in newValue where isSeen.indices.contains(index) { isSeen[index] = false }
            isAllSeen = false
        }
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
        try reader.skip(to: offset, line: line, from: file)
    }

    mutating func next(into row: inout LoadRow) throws -> RowStep {
        let step = try reader.next()
        guard step == .row else { return step }
        if missing == nil, !isJudged, takePlain(&row) {
            if !isAllSeen { seePlain() }
            for cell in row.cells where targets[cell.target].type == nil { targets[cell.target].type = cell.value.type }
            return .row
        }
        let object = try Self.object(reader.bytes)
        if mapping.isExact { try checkMembers(object) }
        if isJudged { try checkRules(object) }
        var name = try entity(object, mapping.entity[0])
        for member in mapping.entity.dropFirst() {
            name += mapping.entitySeparator + (try entity(object, member))
        }
        try row.setEntity(name, field: mapping.entity[0])
        row.time = try time(object)
        row.cells.removeAll(keepingCapacity: true)
        // A type that the row decides holds only once the whole row is fit.
        var decided: [(target: Int, type: ValueType)] = []
        for (index, target) in targets.enumerated() where index < mapping.targets.count {
            guard let member = object[target.column] else {
                if mapping.isExact {
                    throw Rejection("the value is missing; write null to store null", field: target.column)
                }
                if mapping.missingIsNull { row.cells.append((index, .null)) }
                continue
            }
            see(index)
            if isMissing(member) || member == .null && mapping.nullIsMissing {
                if mapping.missingIsNull { row.cells.append((index, .null)) }
                continue
            }
            do throws(Rejection) {
                let value =
                    if let type = target.type { try ValueReader.read(member, as: type) } else {
                        try ValueReader.read(member)
                    }
                if target.type == nil, let type = value.type { decided.append((index, type)) }
                row.cells.append((index, value))
            } catch {
                throw error.of(target.column)
            }
        }
        for (index, type) in decided { targets[index].type = type }
        if let text = try metadata(object) {
            see(targets.count - 1)
            row.cells.append((targets.count - 1, .json(text)))
        }
        return .row
    }

    // MARK: Lines of the usual form

    /// Takes a line that is a plain object and fits. `false`: the full reader must look at it, and tell what is wrong.
    private func takePlain(_ row: inout LoadRow) -> Bool {
        let text = reader.span
        guard plain.scan(text) else { return false }
        row.cells.removeAll(keepingCapacity: true)
        let entityCount = mapping.entity.count
        guard let name = plainEntity(text), let entity = try? EntityID(name) else { return false }
        row.entity = entity
        if let member = plainMember(entityCount, text), member.kind != .null {
            guard member.kind == .string || member.kind == .number,
                let time = try? times.read(text.extracting(member.value))
            else { return false }
            row.time = time
        } else if let defaultTime = mapping.defaultTime {
            row.time = defaultTime
        } else {
            return false
        }
        var taken = entityCount + (plainMember(entityCount, text) == nil ? 0 : 1)
        for index in targets.indices {
            if let member = plainMember(entityCount + 1 + index, text) {
                if member.kind == .null, mapping.nullIsMissing {
                    if mapping.missingIsNull { row.cells.append((index, .null)) }
                    taken += 1
                    continue
                }
                guard let value = plainValue(member, text, targets[index].type) else { return false }
                row.cells.append((index, value))
                taken += 1
            } else if mapping.isExact {
                return false
            } else if mapping.missingIsNull {
                row.cells.append((index, .null))
            }
        }
        return !mapping.isExact || taken == plain.members.count
    }

    private func plainEntity(_ text: Span<UInt8>) -> String? {
        var joined = ""
        for index in mapping.entity.indices {
            guard let member = plainMember(index, text) else { return nil }
            let bytes = text.extracting(member.value)
            guard member.kind == .string || member.kind == .number && EntityText.isWhole(bytes),
                let name = NumberText.text(bytes)
            else { return nil }
            joined = index == 0 ? name : joined + mapping.entitySeparator + name
        }
        return joined
    }

    private func plainMember(_ index: Int, _ text: Span<UInt8>) -> PlainObject.Member? {
        let hint = plainHints.positions[index]
        guard let position = plain.position(of: plainNames[index], in: text, hint: hint) else { return nil }
        if position != hint { plainHints.positions[index] = position }
        return plain.members[position]
    }

    private func plainValue(_ member: PlainObject.Member, _ text: Span<UInt8>, _ type: ValueType?) -> FeatureValue? {
        switch (member.kind, type) {
        case (.null, _): .null
        case (.yes, nil), (.yes, .bool): .bool(true)
        case (.no, nil), (.no, .bool): .bool(false)
        case (.number, nil), (.number, .float64): try? ValueReader.read(text.extracting(member.value), as: .float64)
        case (.number, .int64): try? ValueReader.read(text.extracting(member.value), as: .int64)
        case (.string, nil), (.string, .string): try? ValueReader.read(text.extracting(member.value), as: .string)
        default: nil
        }
    }

    private mutating func seePlain() {
        for index in targets.indices where !isSeen[index] {
            let name = plainNames[mapping.entity.count + 1 + index]
            if plain.position(of: name, in: reader.span, hint: 0) != nil { see(index) }
        }
    }

    // MARK: Any line

    /// The object that a line holds.
    static func object(_ bytes: ArraySlice<UInt8>) throws(Rejection) -> JSONValue {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(bytes) } catch { throw Rejection(error.description) }
        guard case .object = value else { throw Rejection("the line must hold one JSON object") }
        return value
    }

    /// Whether a row is more than its entity, time and values.
    private var isJudged: Bool { mapping.metadata != nil || !mapping.rules.isEmpty }

    private func checkRules(_ object: JSONValue) throws(Rejection) {
        for column in mapping.rules.required where object[column] == nil || object[column] == .null {
            throw Rejection("the value is missing, and the source requires one", field: column)
        }
        for (column, type) in mapping.rules.types {
            guard let value = object[column] else { continue }
            do throws(Rejection) { try RowRules.check(value, is: type) } catch { throw error.of(column) }
        }
    }

    /// The other members, as they are; `nil` when there are none or they are not asked for.
    private func metadata(_ object: JSONValue) throws(Rejection) -> String? {
        guard mapping.metadata != nil, case .object(let members) = object else { return nil }
        let taken = mapping.entity + mapping.targets.map(\.column) + [mapping.time]
        let others = members.filter { !taken.contains($0.name) }
        if others.isEmpty { return nil }
        var bytes: [UInt8] = []
        JSONText.append(JSONValue.object(others), to: &bytes)
        return try RowRules.bounded(String(decoding: bytes, as: UTF8.self))
    }

    private func checkMembers(_ object: JSONValue) throws(Rejection) {
        guard case .object(let members) = object else { return }
        let known = mapping.entity + targets.map(\.column) + [mapping.time]
        for member in members where !known.contains(member.name) {
            throw Rejection(
                "is not known here; the members are \(known.joined(separator: ", "))",
                field: member.name.excerpt
            )
        }
    }

    private mutating func see(_ index: Int) {
        if isSeen[index] { return }
        isSeen[index] = true
        isAllSeen = isSeen.allSatisfy { $0 }
        foundTargets.append(index)
    }

    private func isMissing(_ value: JSONValue) -> Bool {
        guard let missing, let text = Self.plainText(value) else { return false }
        return missing.contains(text.utf8Span.span)
    }

    private static func plainText(_ value: JSONValue) -> String? {
        switch value {
        case .null: "null"
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    private func time(_ object: JSONValue) throws(Rejection) -> Timestamp {
        if let defaultTime = mapping.defaultTime {
            switch object[mapping.time] {
            case nil, .null: return defaultTime
            default: break
            }
        }
        let text = try time(object[mapping.time])
        do throws(Rejection) {
            return try times.read(text.utf8Span.span)
        } catch {
            throw error.of(mapping.time)
        }
    }

    /// A time is a string, or the number that it is written as.
    private func time(_ value: JSONValue?) throws(Rejection) -> String {
        switch value {
        case .string(let text), .number(let text): return text
        case nil, .null: throw Rejection("the time is missing", field: mapping.time)
        default: throw Rejection("the time must be a string or a number", field: mapping.time)
        }
    }

    /// One of the members that name the entity.
    private func entity(_ object: JSONValue, _ member: String) throws(Rejection) -> String {
        guard let value = object[member], value != .null else {
            throw Rejection("the entity is missing", field: member)
        }
        do throws(Rejection) { return try EntityText.read(value) } catch {
            throw Rejection("the entity \(error.reason)", field: member)
        }
    }
}
