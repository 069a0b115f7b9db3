internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// Reads sources of type `postgresql`: a table, or what a query gives, in one transaction that only reads.
struct PostgreSQLSourceReader: SourceReader {
    private let login: PostgreSQLLogin
    private let rule: EgressRule
    private let table: String?
    private let query: String?
    private let mapping: SourceMapping

    /// How long one statement of a run, and of a test, may take.
    private static let (runSeconds, testSeconds) = (3600, 10)

    /// - Parameters:
    ///   - secret: the text of a sealed member.
    ///   - query: what to run instead of what the configuration says, for a feature that has a query of its own.
    /// - Throws: ``SourceProblem`` when the configuration says too little or what does not fit.
    init(
        _ config: JSONValue,
        secret: (String) throws -> String?,
        rule: EgressRule,
        query: String? = nil
    ) throws {
        func text(_ name: String) -> String? { if case .string(let text) = config[name] { text } else { nil } }
        guard let database = text("database") else { throw SourceProblem("config.database is missing") }
        guard let user = text("user") else { throw SourceProblem("config.user is missing") }
        let host = text("host") ?? "localhost"
        guard !host.contains("/"), !host.contains(",") else {
            throw SourceProblem("config.host must be the name or the address of one server")
        }
        var security = PostgreSQLLogin.Security.prefer
        if let name = text("sslmode") {
            guard let known = PostgreSQLLogin.Security(rawValue: name) else {
                let all = PostgreSQLLogin.Security.allCases.map(\.rawValue).joined(separator: ", ")
                throw SourceProblem("config.sslmode is \"\(name.excerpt)\", and must be one of \(all)")
            }
            security = known
        }
        var port = 5432
        if case .number(let digits) = config["port"], let number = Int(digits) { port = number }
        login = PostgreSQLLogin(
            host: host,
            port: port,
            database: database,
            user: user,
            password: try secret("password") ?? "",
            security: security
        )
        self.rule = rule
        table = query == nil ? text("table") : nil
        self.query = query ?? text("query")
        mapping = SourceMapping(config)
        if table != nil, self.query != nil { throw SourceProblem("config.table and config.query exclude each other") }
    }

    func byteCount() throws -> Int? { nil }

    private func connect(seconds: Int, check: @escaping () throws -> Void = {}) throws -> PostgreSQLConnection {
        try PostgreSQLConnection(login, rule: rule, statementSeconds: seconds, check: check)
    }

    /// Whether the source has rows of its own, and is no mere connection for features that have queries.
    private var hasRows: Bool { table != nil || query != nil }

    /// The query as the server has to run it.
    private func statement(_ connection: PostgreSQLConnection) throws -> String {
        if let query { return query }
        let parts = try (table ?? "").split(separator: ".").map { try connection.quoted(String($0)) }
        return "SELECT * FROM " + parts.joined(separator: ".")
    }

    func sample(rows: Int) throws -> SourceSample {
        let connection = try connect(seconds: Self.testSeconds)
        guard hasRows else { return SourceSample(columns: [], rows: []) }
        let query = try statement(connection)
        return try sample(connection, query, try describe(connection, query), rows: rows)
    }

    func count(until deadline: ContinuousClock.Instant) throws -> SourceCount {
        let connection = try connect(seconds: Self.testSeconds) { [deadline] in
            if ContinuousClock.now > deadline { throw SourceProblem("counting takes too long") }
        }
        guard hasRows else { return SourceCount(rows: 0, isWhole: true) }
        let query = try statement(connection)
        do {
            let found = try connection.run("SELECT count(*) FROM (\(query)\n) AS source")
            return SourceCount(rows: found.rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0, isWhole: true)
        } catch let problem as SourceProblem where problem.message == "counting takes too long" {
            return SourceCount(rows: 0, isWhole: false)
        }
    }

    /// The columns of a query. What it does beyond reading is refused by the server.
    private func describe(
        _ connection: PostgreSQLConnection,
        _ query: String
    ) throws -> [PostgreSQLConnection.Column] {
        let (columns, parameters) = try connection.describe(query)
        guard parameters.isEmpty else { throw SourceProblem("the query has parameters, which a source does not fill") }
        if columns.isEmpty { throw SourceProblem("the query gives no columns; it must be a SELECT") }
        for (index, column) in columns.enumerated()
        where columns[..<index].contains(where: { $0.name == column.name }) {
            throw SourceProblem("the query gives the column \"\(column.name.excerpt)\" twice; name one with AS")
        }
        return columns
    }

    private func selection(
        _ connection: PostgreSQLConnection,
        _ query: String,
        _ columns: [PostgreSQLConnection.Column]
    ) throws -> String {
        let names = try columns.map { column in
            PostgreSQLType(column.type).projection(try connection.quoted(column.name))
        }
        return "SELECT \(names.joined(separator: ", ")) FROM (\(query)\n) AS source"
    }

    private func sample(
        _ connection: PostgreSQLConnection,
        _ query: String,
        _ columns: [PostgreSQLConnection.Column],
        rows: Int
    ) throws -> SourceSample {
        let found = try connection.run(try selection(connection, query, columns) + " LIMIT \(rows)")
        return SourceSample(
            columns: columns.map(\.name),
            rows: found.rows.map { row in
                zip(columns, row)
                    .map { column, text in
                        JSONMember(name: column.name, value: Self.value(text, PostgreSQLType(column.type)))
                    }
            }
        )
    }

    private static func value(_ text: String?, _ type: PostgreSQLType) -> JSONValue {
        guard let text else { return .null }
        switch type {
        case .bool: return .bool(text == "t")
        case .int64, .float64, .decimal, .json, .vector, .array:
            return (try? JSONValue(text.utf8)) ?? .string(text)
        case .string, .timestamp, .refused: return .string(text)
        }
    }

    // MARK: Reading

    func run(_ work: RunWork) throws -> LoadCounts {
        let connection = try connect(seconds: Self.runSeconds) { try work.control.check() }
        guard hasRows else { return LoadCounts() }
        let query = try statement(connection)
        let columns = try describe(connection, query)
        let destination = work.destination
        let mapping = try rows(work, connection, query, columns, destination)
        try estimate(connection, query, work)
        let selection = try selection(connection, query, columns)
        return try copy(connection, selection, mapping, into: destination, work).counts
    }

    /// Copies what a query gives into features.
    private func copy(
        _ connection: PostgreSQLConnection,
        _ selection: String,
        _ mapping: RowMapping,
        into destination: LoadDestination,
        _ work: RunWork
    ) throws -> LoadOutcome {
        try connection.beginCopy(selection)
        let input = InputFile(name: work.source) { buffer, position, count throws(InputError) in
            do { return try connection.read(into: &buffer, at: position, count: count) } catch {
                throw .interrupted(InputInterruption(error))
            }
        }
        return try work.load(input, format: .csv, mapping, into: destination)
    }

    // MARK: One feature

    /// Fills a feature from a query of its own. The column `entity_id`, or else the first one, is the entity;
    /// `timestamp` or `event_time` is the event time; the one that is left is the value.
    ///
    /// - Parameters:
    ///   - since: what `$1` stands for: the newest event time that was read before.
    ///   - now: the event time of rows without one.
    func fill(_ feature: Feature, since: Timestamp?, now: Timestamp, _ work: RunWork) throws -> LoadOutcome {
        let connection = try connect(seconds: Self.runSeconds) { try work.control.check() }
        let query = try incremental(connection, since: since)
        let columns = try describe(connection, query)
        let names = columns.map(\.name)
        let entity = names.contains("entity_id") ? "entity_id" : names[0]
        let time = ["timestamp", "event_time"].first { names.contains($0) && $0 != entity }
        let values = columns.filter { $0.name != entity && $0.name != time }
        guard values.count == 1, let value = values.first else {
            let found = values.isEmpty ? "none" : values.map(\.name).joined(separator: ", ")
            throw SourceProblem(
                "the query must give one column of values besides the entity (\(entity.excerpt)) and the time, and has "
                    + found.excerpt
            )
        }
        let type = PostgreSQLType(value.type)
        if case .refused(let reason) = type {
            throw SourceProblem("the column \"\(value.name.excerpt)\" is of the type \(reason)")
        }
        var target = LoadTarget(column: value.name, feature: feature)
        if target.definition.type == nil {
            target.definition.type =
                try type.valueType
                ?? sample(connection, query, columns, rows: SourceSample.judgedRows).vector(value.name)
        }
        var mapping = RowMapping(entity: [entity], time: time ?? "", targets: [target])
        mapping.defaultTime = now
        mapping.missing = [""]
        mapping.quotedIsValue = true
        if type == .decimal, target.definition.type == .float64 { mapping.rules.exact = [value.name] }
        let selection = try selection(connection, query, columns)
        return try copy(connection, selection, mapping, into: work.destination, work)
    }

    /// The query with the newest event time in the place of its parameter.
    private func incremental(_ connection: PostgreSQLConnection, since: Timestamp?) throws -> String {
        let query = try statement(connection)
        let parameters = try connection.describe(query).parameters
        if parameters.isEmpty { return query }
        // timestamp, timestamptz, date, text, and what the server could not tell.
        guard parameters.count == 1, [1114, 1184, 1082, 25, 705].contains(parameters[0]) else {
            throw SourceProblem(
                "a query has one parameter at most: $1, the newest event time that was read before, as a timestamp"
            )
        }
        guard let since else { return PostgreSQLParameter.replaced(in: query, by: "-infinity") }
        // PostgreSQL counts microseconds, and rounds: a later time than that of the newest row could pass one over.
        let microseconds = since.nanoseconds - (since.nanoseconds % 1000 + 1000) % 1000
        return PostgreSQLParameter.replaced(in: query, by: "\(Timestamp(nanoseconds: microseconds))")
    }

    private func rows(
        _ work: RunWork,
        _ connection: PostgreSQLConnection,
        _ query: String,
        _ columns: [PostgreSQLConnection.Column],
        _ destination: LoadDestination
    ) throws -> RowMapping {
        var sample: SourceSample?
        let names = columns.map(\.name)
        for name in [work.mapping.entity, work.mapping.time] + work.mapping.values where !names.contains(name) {
            throw InputError.noColumn(name, header: names, meant: Spelling.nearest(to: name, among: names))
        }
        var rules = work.rules
        var mapping = try work.mapping.rows(
            of: work.source,
            rules: rules,
            retention: work.retention,
            into: destination
        ) { column in
            let type = PostgreSQLType(columns.first { $0.name == column }?.type ?? 0)
            if case .refused(let reason) = type {
                throw SourceProblem("the column \"\(column.excerpt)\" is of the type \(reason)")
            }
            if let type = type.valueType { return type }
            let known = try sample ?? self.sample(connection, query, columns, rows: SourceSample.judgedRows)
            sample = known
            return try known.vector(column)
        }
        for column in columns where PostgreSQLType(column.type) == .decimal {
            let target = mapping.targets.first { $0.column == column.name }
            if target?.definition.type == .float64 { rules.exact.append(column.name) }
        }
        mapping.rules = rules
        mapping.missing = [""]
        mapping.quotedIsValue = true
        return mapping
    }

    /// About how many rows there are, for the progress: as many as the server expects.
    private func estimate(_ connection: PostgreSQLConnection, _ query: String, _ work: RunWork) throws {
        let plan = try connection.run("EXPLAIN (FORMAT JSON) \(query)").rows.first?.first.flatMap { $0 } ?? ""
        guard case .array(let plans) = try? JSONValue(plan.utf8), let first = plans.first?["Plan"],
            case .number(let digits) = first["Plan Rows"], let rows = Double(digits)
        else { return }
        work.control.report { $0.totalBytes = max(1, Int(clamping: Int64(min(rows, 1e15)))) }
    }
}

extension SourceSample {
    /// The type of a column of arrays: as many numbers as the first one has.
    func vector(_ column: String) throws -> ValueType {
        for row in rows {
            guard case .array(let elements) = row.first(where: { $0.name == column })?.value else { continue }
            if StoreLimits.vectorDimension.contains(elements.count) { return .vector(dimension: elements.count) }
        }
        throw SourceProblem(
            "the column \"\(column.excerpt)\" has no array in the first rows, which would tell how many numbers a "
                + "vector has; define the feature first"
        )
    }
}
