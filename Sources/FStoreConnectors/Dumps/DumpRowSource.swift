internal import FStore
internal import FStoreText

/// Lines that `fstore dump` has written: definitions of features, then one line a cell.
struct DumpRowSource: RowSource, ~Copyable {
    private var reader: LineReader
    private let times = TimeReader()
    private let destination: LoadDestination
    private(set) var targets: [LoadTarget] = []
    private var targetOfName: [String: Int] = [:]
    private var foundTargets: [Int] = []

    init(_ reader: consuming LineReader, into destination: LoadDestination) {
        self.reader = reader
        self.destination = destination
    }

    var nextOffset: Int { reader.nextOffset }
    var nextLine: Int { reader.line }
    var line: Int { reader.line }
    var rawRow: [UInt8] { Array(reader.bytes) }
    /// A dump names its features itself.
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
        try reader.skip(to: offset, line: line, from: file)
    }

    mutating func next(into row: inout LoadRow) throws -> RowStep {
        while true {
            let step = try reader.next()
            guard step == .row else { return step }
            let object = try JSONRowSource.object(reader.bytes)
            if object["define"] != nil {
                try define(object)
                continue
            }
            let index = try target(try text(object, "feature"))
            // Version 0.1 called them otherwise.
            let entity = object["entity_id"] == nil ? "entity" : "entity_id"
            let time = object["timestamp"] == nil ? "event_time" : "timestamp"
            try row.setEntity(try text(object, entity), field: entity)
            do throws(Rejection) {
                row.time = try times.read(text(object, time).utf8Span.span)
            } catch {
                throw error.of(time)
            }
            row.cells.removeAll(keepingCapacity: true)
            row.cells.append((index, try value(object, index)))
            return .row
        }
    }

    private mutating func value(_ object: JSONValue, _ index: Int) throws(Rejection) -> FeatureValue {
        guard let member = object["value"] else { throw Rejection("the value is missing", field: "value") }
        do throws(Rejection) {
            if let type = targets[index].type { return try ValueReader.read(member, as: type) }
            let value = try ValueReader.read(member)
            targets[index].type = value.type
            return value
        } catch {
            throw error.of("value")
        }
    }

    private func text(_ object: JSONValue, _ name: String) throws(Rejection) -> String {
        guard case .string(let text) = object[name] else {
            throw Rejection("the member is missing, or not a string", field: name)
        }
        return text
    }

    // MARK: Features

    private mutating func target(_ name: String) throws -> Int {
        if let known = targetOfName[name] { return known }
        guard let feature = try destination.feature(named: name) else {
            throw Rejection("there is no feature \"\(name.excerpt)\" in space \(destination.space)", field: "feature")
        }
        return add(LoadTarget(column: name, feature: feature))
    }

    /// Takes a line that defines a feature; one that exists is left as it is.
    private mutating func define(_ line: JSONValue) throws {
        let definition = try DumpDefinition(line, space: destination.space).definition
        if targetOfName[definition.name] != nil { return }
        if let existing = try destination.feature(named: definition.name) {
            if let type = definition.type, let known = existing.type, type != known {
                throw Rejection("the feature \"\(definition.name.excerpt)\" takes \(known), and the dump has \(type)")
            }
            _ = add(LoadTarget(column: definition.name, feature: existing))
        } else if destination.mayCreate {
            foundTargets.append(add(LoadTarget(column: definition.name, definition: definition)))
        } else {
            throw Rejection(
                "there is no feature \"\(definition.name)\" in space \(destination.space); load with --create"
            )
        }
    }

    private mutating func add(_ target: LoadTarget) -> Int {
        targetOfName[target.column] = targets.count
        targets.append(target)
        return targets.count - 1
    }
}
