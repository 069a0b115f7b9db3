internal import FStore

/// Reads Parquet as lines of JSON, through the program `duckdb`. A damaged or hostile file can harm that process only.
///
/// Integers and decimals keep all digits, floats are written so that they are read back the same, times are UTC with
/// all their digits, blobs are base64. NaN becomes null, since programs write it for values that are missing; infinity
/// becomes a number that no type holds.
package enum ParquetFile {
    /// What Parquet is read with.
    private static let program = "duckdb"
    /// The file, which is the standard input of the program.
    private static let table = "read_parquet('/proc/self/fd/0')"
    /// A description of columns that is longer than this is not one.
    private static let mostDescriptionBytes = 16 << 20

    /// Opens a file that `descriptor` reads, and closes the descriptor in the end.
    ///
    /// - Parameter check: asked again and again, also while the program is silent, whether to go on.
    package static func open(
        descriptor: Int32,
        name: String,
        check: @escaping () throws -> Void
    ) throws(InputError) -> InputFile {
        let reading = Reading(name: name, check: check)
        return InputFile(descriptor: descriptor, name: name, isRegular: true) {
            buffer,
            position,
            count throws(InputError) in
            try reading.read(from: descriptor, into: &buffer, at: position, count: count)
        }
    }

    /// The program at work. It starts with the first reading: who only asks for the size of a file starts none.
    private final class Reading {
        private let name: String
        private let check: () throws -> Void
        private var child: ChildProgram?
        private var isAtEnd = false

        init(name: String, check: @escaping () throws -> Void) {
            self.name = name
            self.check = check
        }

        func read(
            from descriptor: Int32,
            into buffer: inout [UInt8],
            at position: Int,
            count: Int
        ) throws(InputError) -> Int {
            if isAtEnd { return 0 }
            let child: ChildProgram
            if let begun = self.child { child = begun } else { child = try begin(descriptor) }
            self.child = child
            let found = try child.read(into: &buffer, at: position, count: count, check: check)
            if found > 0 { return found }
            isAtEnd = true
            // Only how the program has ended tells the end of the table from a failure in the middle of it.
            if let failure = child.failure() { throw .cannotDecode(path: name, reason: failure) }
            return 0
        }

        private func begin(_ descriptor: Int32) throws(InputError) -> ChildProgram {
            guard let path = ChildProgram.path(of: ParquetFile.program) else {
                throw .cannotOpen(
                    path: name,
                    reason: "Parquet needs the program duckdb, which is not installed; the Python package duckdb-cli "
                        + "has it, and it must be on the PATH of the server"
                )
            }
            let columns = try describe(path, descriptor)
            let select = columns.map(\.expression).joined(separator: ", ")
            return try run(
                path,
                ["COPY (SELECT \(select) FROM \(ParquetFile.table)) TO '/dev/stdout' (FORMAT json)"],
                descriptor
            )
        }

        private func run(_ path: String, _ query: [String], _ descriptor: Int32) throws(InputError) -> ChildProgram {
            let settings =
                "SET threads=1; SET memory_limit='512MB'; SET autoinstall_known_extensions=false; "
                + "SET temp_directory=''; "
            let arguments =
                ["-init", "/dev/null", "-batch"] + query.dropLast() + ["-c", settings + (query.last ?? "")]
            return try ChildProgram(path, arguments, input: descriptor, name: name)
        }

        private func describe(_ path: String, _ descriptor: Int32) throws(InputError) -> [Column] {
            let child = try run(path, ["-json", "DESCRIBE SELECT * FROM \(ParquetFile.table)"], descriptor)
            var text = [UInt8](repeating: 0, count: 1 << 16)
            var end = 0
            while end < ParquetFile.mostDescriptionBytes {
                let found = try child.read(into: &text, at: end, count: text.count - end, check: check)
                if found == 0 { break }
                end += found
                if end == text.count { text += repeatElement(0, count: text.count) }
            }
            // A program that has more to print does not end by itself, so it must not be waited for.
            if end >= ParquetFile.mostDescriptionBytes {
                throw .cannotDecode(path: name, reason: "the names of its columns have more than \(end) bytes")
            }
            if let failure = child.failure() { throw .cannotDecode(path: name, reason: failure) }
            guard case .array(let rows) = try? JSONValue(text[..<end]) else {
                throw .cannotDecode(path: name, reason: "duckdb does not say which columns it has")
            }
            return rows.compactMap(Column.init)
        }
    }

    /// A column, with its type in the words of the program.
    private struct Column {
        let name: String
        let type: String

        init?(_ description: JSONValue) {
            guard case .string(let name) = description["column_name"],
                case .string(let type) = description["column_type"]
            else { return nil }
            self.name = name
            self.type = type
        }

        /// What is selected, so that JSON says all of a value and nothing else.
        var expression: String {
            let name = "\"" + self.name.replacing("\"", with: "\"\"") + "\""
            let value =
                switch type {
                case "FLOAT", "DOUBLE":
                    "CASE WHEN isnan(\(name)) THEN NULL WHEN isinf(\(name)) THEN '1e999'::JSON "
                        + "ELSE to_json(\(name)) END"
                case "BLOB": "base64(\(name))"
                case "TIMESTAMP_NS": "strftime(\(name), '%Y-%m-%dT%H:%M:%S.%n')"
                // A text has all of its digits; a program that reads JSON may take a number for a double.
                case "HUGEINT", "UHUGEINT": "CAST(\(name) AS VARCHAR)"
                default: name
                }
            return "\(value) AS \(name)"
        }
    }
}
