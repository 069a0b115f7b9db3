internal import CPostgreSQL
internal import FStore
internal import Glibc

/// A connection to PostgreSQL that only reads: one transaction, ended with it.
///
/// Everything blocks. While the server works, `check` is asked several times a second whether to go on; what it throws
/// cancels the query on the server too.
@safe
package final class PostgreSQLConnection {
    private let connection: OpaquePointer
    private let check: () throws -> Void

    /// How long to wait for a connection.
    private static let connectSeconds = 10
    /// How often `check` is asked.
    private static let checkMilliseconds: Int32 = 200

    /// Connects, and begins a transaction that reads one state of the database.
    ///
    /// - Parameters:
    ///   - rule: which addresses of the host may be reached. They are tried in turn.
    ///   - statementSeconds: how long one statement may take.
    package init(
        _ login: PostgreSQLLogin,
        rule: EgressRule,
        statementSeconds: Int,
        check: @escaping () throws -> Void = {}
    ) throws {
        var failure: PostgreSQLError?
        var found: OpaquePointer?
        for address in try rule.addresses(of: login.host) {
            try check()
            switch unsafe Self.connect(login, address) {
            case .success(let connection): unsafe found = connection
            case .failure(let error): failure = error
            }
            if unsafe found != nil { break }
        }
        guard let connection = unsafe found else {
            throw failure ?? PostgreSQLError(message: "\(login.host.excerpt) has no address", code: "")
        }
        unsafe self.connection = connection
        self.check = check
        let milliseconds = statementSeconds * 1000
        // Literals only: the first statement of the transaction fixes that it only reads.
        for statement in [
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL statement_timeout = \(milliseconds)",
            "SET LOCAL lock_timeout = 10000", "SET LOCAL idle_in_transaction_session_timeout = 600000",
            "SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO, YMD'", "SET LOCAL extra_float_digits = 1",
            "SET LOCAL standard_conforming_strings = on", "SELECT 1",
        ] {
            _ = try run(statement)
        }
    }

    deinit { unsafe PQfinish(connection) }

    private static func connect(
        _ login: PostgreSQLLogin,
        _ address: NetworkAddress
    ) -> Result<OpaquePointer, PostgreSQLError> {
        let parameters = login.parameters(address: address, timeoutSeconds: connectSeconds)
        var names = unsafe parameters.map { unsafe UnsafePointer<CChar>(strdup($0.name)) } + [nil]
        var values = unsafe parameters.map { unsafe UnsafePointer<CChar>(strdup($0.value)) } + [nil]
        defer {
            unsafe (names + values).forEach { text in unsafe free(UnsafeMutablePointer(mutating: text)) }
        }
        guard let connection = unsafe PQconnectdbParams(&names, &values, 0) else {
            return unsafe .failure(PostgreSQLError(message: "there is no memory for a connection", code: ""))
        }
        if unsafe PQstatus(connection) == CONNECTION_OK { return unsafe .success(connection) }
        let message = unsafe cleaned(String(cString: PQerrorMessage(connection)))
        unsafe PQfinish(connection)
        return unsafe .failure(PostgreSQLError(message: message, code: isFinal(message) ? "28000" : ""))
    }

    /// Whether the server itself has refused, and will the next time: the library gives no code for this.
    private static func isFinal(_ message: String) -> Bool {
        let passing = ["too many", "starting up", "shutting down", "recovery"]
        return message.contains("FATAL") && !passing.contains { message.contains($0) }
    }

    private static func cleaned(_ message: String) -> String {
        let lines = message.split(whereSeparator: \.isNewline)
            .map { line in
                String(line.drop { $0 == " " || $0 == "\t" })
            }
        return String(lines.joined(separator: "; ").prefix(500))
    }

    // MARK: Statements

    /// The rows of a result, as texts.
    package struct Rows {
        package let columns: [Column]
        package let rows: [[String?]]
    }

    /// A column of a query.
    package struct Column: Hashable, Sendable {
        package let name: String
        /// The type's number in the server's catalog.
        package let type: UInt32
    }

    /// What a query will give, without running it, and the types of its parameters.
    ///
    /// The server takes one statement here and no second one, and no part of one: what is well formed alone has nothing
    /// open that a text behind it could close.
    package func describe(_ query: String) throws -> (columns: [Column], parameters: [UInt32]) {
        unsafe PQclear(try answer { unsafe PQsendPrepare(connection, "", query, 0, nil) })
        let result = unsafe try answer { unsafe PQsendDescribePrepared(connection, "") }
        defer { unsafe PQclear(result) }
        let parameters = unsafe (0..<PQnparams(result)).map { unsafe PQparamtype(result, $0) }
        return (unsafe columns(of: result), parameters)
    }

    /// Runs one statement and returns its rows.
    package func run(_ statement: String) throws -> Rows {
        let result = unsafe try answer {
            unsafe PQsendQueryParams(connection, statement, 0, nil, nil, nil, nil, 0)
        }
        defer { unsafe PQclear(result) }
        let columns = unsafe columns(of: result)
        let rows = unsafe (0..<PQntuples(result))
            .map { row in
                columns.indices.map { column -> String? in
                    if unsafe PQgetisnull(result, row, Int32(column)) != 0 { return nil }
                    return unsafe String(cString: PQgetvalue(result, row, Int32(column)))
                }
            }
        return Rows(columns: columns, rows: rows)
    }

    private func columns(of result: OpaquePointer) -> [Column] {
        unsafe (0..<PQnfields(result))
            .map { index in
                unsafe Column(name: String(cString: PQfname(result, index)), type: PQftype(result, index))
            }
    }

    /// A name as it stands in a statement.
    package func quoted(_ name: String) throws -> String {
        guard let text = unsafe PQescapeIdentifier(connection, name, name.utf8.count) else { throw failure() }
        defer { unsafe PQfreemem(text) }
        return unsafe String(cString: text)
    }

    /// Begins to copy what `query` gives, as CSV with a header: an unquoted empty field is null.
    package func beginCopy(_ query: String) throws {
        let statement = "COPY (\(query)\n) TO STDOUT (FORMAT csv, HEADER true, ENCODING 'UTF8')"
        let result = unsafe try answer {
            unsafe PQsendQueryParams(connection, statement, 0, nil, nil, nil, nil, 0)
        }
        unsafe PQclear(result)
        (rest, isCopying) = ([], true)
    }

    private var isCopying = false

    /// What of a row did not fit into the buffer.
    private var rest: ArraySlice<UInt8> = []

    /// Takes the next bytes of a copy, up to `count`, into the buffer. 0 at the end.
    package func read(into buffer: inout [UInt8], at position: Int, count: Int) throws -> Int {
        var filled = 0
        while filled < count {
            if rest.isEmpty {
                // What has come is worth reading before more is waited for.
                guard let row = try nextRow(waits: filled == 0) else { break }
                rest = row[...]
            }
            let taken = min(count - filled, rest.count)
            for (offset, byte) in rest.prefix(taken).enumerated() { buffer[position + filled + offset] = byte }
            rest = rest.dropFirst(taken)
            filled += taken
        }
        return filled
    }

    /// The next row of a copy; `nil` at the end, or when none has come and it is not to be waited for.
    private func nextRow(waits: Bool) throws -> [UInt8]? {
        while isCopying {
            var bytes: UnsafeMutablePointer<CChar>?
            let count = unsafe PQgetCopyData(connection, &bytes, 1)
            switch count {
            case 0:
                if !waits { return nil }
                try waitForBytes()
                guard unsafe PQconsumeInput(connection) == 1 else { throw failure() }
            case -1:
                // The end, and perhaps an error that came behind the last row.
                isCopying = false
                while let result = unsafe PQgetResult(connection) {
                    defer { unsafe PQclear(result) }
                    try unsafe require(result)
                }
                return nil
            case -2: throw failure()
            default:
                guard let start = unsafe bytes else { return nil }
                defer { unsafe PQfreemem(bytes) }
                return unsafe UnsafeRawBufferPointer(start: start, count: Int(count)).map { $0 }
            }
        }
        return nil
    }

    // MARK: Waiting

    /// Sends something, waits for the answer, and returns it when it is no error.
    private func answer(_ send: () -> Int32) throws -> OpaquePointer {
        guard send() == 1 else { throw failure() }
        while unsafe PQisBusy(connection) != 0 {
            try waitForBytes()
            guard unsafe PQconsumeInput(connection) == 1 else { throw failure() }
        }
        guard let result = unsafe PQgetResult(connection) else { throw failure() }
        do { try unsafe require(result) } catch {
            unsafe PQclear(result)
            drain()
            throw error
        }
        // A copy goes on; every other answer is followed by the mark of its end.
        if unsafe PQresultStatus(result) != PGRES_COPY_OUT { drain() }
        return unsafe result
    }

    private func drain() {
        while let result = unsafe PQgetResult(connection) { unsafe PQclear(result) }
    }

    private func waitForBytes() throws {
        while true {
            do { try check() } catch {
                cancel()
                throw error
            }
            if unsafe PQsocket(connection) < 0 { throw failure() }
            var place = unsafe pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            if unsafe poll(&place, 1, Self.checkMilliseconds) != 0 { return }
        }
    }

    private func cancel() {
        guard let handle = unsafe PQgetCancel(connection) else { return }
        defer { unsafe PQfreeCancel(handle) }
        var reason = [CChar](repeating: 0, count: 256)
        unsafe PQcancel(handle, &reason, 256)
    }

    private func require(_ result: OpaquePointer) throws {
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_OUT: return
        default:
            func field(_ code: Int32) -> String? {
                unsafe PQresultErrorField(result, code).map { unsafe String(cString: $0) }
            }
            var message = field(Int32(UInt8(ascii: "M"))) ?? "the server gave no reason"
            if let hint = field(Int32(UInt8(ascii: "H"))) { message += " (\(hint))" }
            throw PostgreSQLError(
                message: Self.cleaned("the server says: " + message),
                code: field(Int32(UInt8(ascii: "C"))) ?? ""
            )
        }
    }

    private func failure() -> PostgreSQLError {
        PostgreSQLError(message: unsafe Self.cleaned(String(cString: PQerrorMessage(connection))), code: "")
    }
}
