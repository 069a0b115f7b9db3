import FStoreLMDB
import FStoreTestSupport
import Foundation
import Testing

@testable import FStore

/// The committed store of format 1: text that becomes an LMDB file again.
enum FormatFixture {
    static let path = "Tests/FStoreTests/Fixtures/format-1/store.txt"

    struct Line: Equatable {
        var table: StoreTable
        var key: [UInt8]
        var value: [UInt8]
    }

    static func read() throws -> [Line] {
        try Repository.text(of: path).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { line in
                let parts = line.split(separator: " ").map(String.init)
                try #require(parts.count == 3, "table, key and value: \(line)")
                return Line(
                    table: try #require(StoreTable(rawValue: parts[0])),
                    key: try #require(VectorRow.bytes(hexadecimal: parts[1])),
                    value: try #require(VectorRow.bytes(hexadecimal: parts[2]))
                )
            }
    }

    /// Puts the entries into a new values file, byte for byte, past the engine.
    static func rebuild(_ lines: [Line], in directory: String) throws {
        let raw = try RawTables(directory: directory)
        try raw.write { transaction in
            for line in lines {
                try transaction.put(line.value.span.raw, forKey: line.key.span.raw, in: raw.table(line.table))
            }
        }
    }

    /// All entries of the values file in `directory`.
    static func dump(_ directory: String) throws -> [Line] {
        let raw = try RawTables(directory: directory)
        return try StoreTable.allCases.flatMap { table in
            try raw.entries(of: table).map { Line(table: table, key: $0.key, value: $0.value) }
        }
    }

    static func write(_ lines: [Line]) throws {
        var text = "# A store in format 1: table, key, value. See README.md.\n"
        for line in lines {
            text += "\(line.table) \(VectorRow.hexadecimal(line.key)) \(VectorRow.hexadecimal(line.value))\n"
        }
        try text.write(to: Repository.url(path), atomically: true, encoding: .utf8)
    }
}
