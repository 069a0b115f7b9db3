package import FStore
internal import FStoreText

/// What every row of a source must be like. A row that is not is rejected.
package struct RowRules: Hashable, Sendable {
    /// What the texts of a column must be.
    package enum ColumnType: String, CaseIterable, Sendable {
        case string, integer, float, boolean, datetime, date
    }

    /// Columns that must be there, with a value in each row.
    package var required: [String]
    /// Columns whose values must be of a type, where there are values.
    package var types: [(column: String, type: ColumnType)]
    /// Columns of decimal numbers that a double must show again digit for digit.
    package var exact: [String] = []

    package init(required: [String] = [], types: [(column: String, type: ColumnType)] = []) {
        self.required = required
        self.types = types
    }

    package var isEmpty: Bool { required.isEmpty && types.isEmpty && exact.isEmpty }

    /// The type that was said of a column.
    package func type(of column: String) -> ColumnType? { types.first { $0.column == column }?.type }

    package static func == (left: RowRules, right: RowRules) -> Bool {
        left.required == right.required && left.exact == right.exact
            && left.types.elementsEqual(right.types) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(required)
        hasher.combine(exact)
        for (column, type) in types {
            hasher.combine(column)
            hasher.combine(type)
        }
    }

    /// Throws when a text that is there is not of the type.
    static func check(_ text: Span<UInt8>, is type: ColumnType) throws(Rejection) {
        switch type {
        case .string: if NumberText.text(text) == nil { throw Rejection("the value is not valid UTF-8") }
        case .integer: _ = try ValueReader.read(text, as: .int64)
        case .float: _ = try ValueReader.read(text, as: .float64)
        case .boolean: _ = try ValueReader.read(text, as: .bool)
        case .datetime: _ = try TimeReader().read(text)
        case .date:
            guard text.count == 10 else {
                throw Rejection("\"\((NumberText.text(text) ?? "?").excerpt)\" is not a date; write it as 2025-02-20")
            }
            _ = try TimeReader().read(text)
        }
    }

    /// Throws when the other columns together are larger than a value may be.
    static func bounded(_ metadata: String) throws(Rejection) -> String {
        guard StoreLimits.valueBytes.contains(metadata.utf8.count) else {
            throw Rejection(
                "the columns that are not mapped have \(metadata.utf8.count) bytes together; at most "
                    + "\(StoreLimits.valueBytes.upperBound) are allowed"
            )
        }
        return metadata
    }

    /// Throws when a decimal number would lose digits as a `float64`.
    static func checkExact(_ text: Span<UInt8>) throws(Rejection) {
        guard let number = NumberText.double(text), number.isFinite, let decimal = DecimalNumber(text),
            !decimal.hasDigits(of: number)
        else { return }
        throw Rejection(
            "\((NumberText.text(text) ?? "?").excerpt) has more digits than float64 keeps; cast the column to text, or "
                + "to double precision if they do not matter"
        )
    }

    /// The same for a value of JSON, where a number is one by itself.
    static func check(_ value: JSONValue, is type: ColumnType) throws(Rejection) {
        let fits: [ColumnType]
        var text: String?
        switch value {
        case .null: return
        case .bool: fits = [.boolean]
        case .number(let digits): (fits, text) = ([.integer, .float], digits)
        case .string(let string): (fits, text) = ([.string, .datetime, .date], string)
        case .array, .object: fits = []
        }
        guard fits.contains(type) else { throw Rejection("the value is not of type \(type.rawValue)") }
        if let text {
            let bytes = text.utf8Span
            try check(bytes.span, is: type)
        }
    }
}

extension RowRules.ColumnType {
    /// What a feature is whose values come from such a column. Dates stay texts: they are no moments.
    package var valueType: ValueType {
        switch self {
        case .string, .date: .string
        case .integer: .int64
        case .float: .float64
        case .boolean: .bool
        case .datetime: .timestamp
        }
    }
}
