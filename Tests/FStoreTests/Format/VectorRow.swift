import FStore
import Testing

/// One vector: the cells of a line under the names of their columns.
struct VectorRow: CustomStringConvertible {
    let columns: [String]
    let cells: [String]

    var description: String { cells.first ?? "" }

    func text(_ column: String) throws -> String {
        let index = try #require(columns.firstIndex(of: column), "there is no column \(column)")
        try #require(cells.count == columns.count, "\(self): \(cells.count) cells for \(columns.count) columns")
        return cells[index]
    }

    func integer<Integer: FixedWidthInteger>(_ column: String, as type: Integer.Type = Integer.self) throws -> Integer {
        try #require(Integer(try text(column)), "\(self): \(column) is no integer")
    }

    func bytes(_ column: String) throws -> [UInt8] {
        try #require(Self.bytes(hexadecimal: try text(column)), "\(self): \(column) is not hexadecimal")
    }

    /// A text, where `255*z` stands for 255 times `z`.
    func entity() throws -> EntityID {
        let parts = try text("entity").split(separator: "*")
        if parts.count == 2, let count = Int(parts[0]) {
            return try EntityID(String(repeating: String(parts[1]), count: count))
        }
        return try EntityID(try text("entity"))
    }

    /// A value by its kind and text; `nil` for a tombstone.
    func value() throws -> FeatureValue? {
        let text = try text("value")
        let kind = text.prefix { $0 != " " }
        let rest = String(text.dropFirst(kind.count + 1))
        switch kind {
        case "tombstone": return nil
        case "null": return .null
        case "float64": return .float64(try #require(Double(rest)))
        case "int64": return .int64(try #require(Int64(rest)))
        case "bool": return .bool(rest == "true")
        case "string": return .string(rest)
        case "json": return .json(rest)
        case "vector": return .vector(try rest.split(separator: " ").map { try #require(Float($0)) })
        case "bytes": return .bytes(try #require(Self.bytes(hexadecimal: rest)))
        case "timestamp": return .timestamp(Timestamp(nanoseconds: try #require(Int64(rest))))
        default:
            Issue.record("\(self): an unknown value \(text)")
            return nil
        }
    }

    static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start...(start + 1)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
