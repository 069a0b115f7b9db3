package import FStore
internal import FStoreConnectors
internal import FStoreText

/// The first rows of a source, as they are before they are stored.
package struct SourceSample: Sendable {
    /// How many rows a test shows.
    static let shownRows = 5
    /// How many rows decide what type a column has.
    static let judgedRows = 100

    /// The names of the columns, as far as these rows tell.
    package var columns: [String]
    /// Each row as the values that it has.
    package var rows: [[JSONMember]]

    /// The type of a column that nobody has told: that of its values here. Whole numbers are `float64` too, since the
    /// next one may have a fraction.
    func type(of column: String) -> ValueType {
        var type: ValueType?
        for row in rows {
            guard let value = row.first(where: { $0.name == column })?.value, let found = Self.type(of: value) else {
                continue
            }
            if let known = type, known != found { return .string }
            type = found
        }
        return type ?? .float64
    }

    /// Shows the entity, and columns that are said to hold texts, as texts: CSV does not tell `1` from `"1"`.
    mutating func keepTexts(entity: String, rules: RowRules) {
        for row in rows.indices {
            for position in rows[row].indices {
                guard case .number(let digits) = rows[row][position].value else { continue }
                let name = rows[row][position].name
                let type = rules.type(of: name)
                if name == entity || type == .string || type == .datetime || type == .date {
                    rows[row][position].value = .string(digits)
                }
            }
        }
    }

    private static func type(of value: JSONValue) -> ValueType? {
        switch value {
        case .null: nil
        case .bool: .bool
        case .number: .float64
        case .string: .string
        case .array, .object: .json
        }
    }

    /// What a text of CSV is when nobody has told.
    static func value(of text: String) -> JSONValue {
        switch text {
        case "", "NA": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default:
            let isNumber = (try? JSONValue(text.utf8)).map { if case .number = $0 { true } else { false } } ?? false
            return isNumber ? .number(text) : .string(text)
        }
    }
}
