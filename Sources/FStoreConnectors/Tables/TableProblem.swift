/// What is wrong with a table.
package struct TableProblem: Error, Hashable, Sendable {
    /// Counted from 0; `nil` when it is not one row.
    package let row: Int?
    package let column: String?
    /// A sentence without a full stop.
    package let reason: String
    /// Whether a part of it has more than may be sent at once.
    package let isTooLarge: Bool

    package init(row: Int? = nil, column: String? = nil, _ reason: String, isTooLarge: Bool = false) {
        self.isTooLarge = isTooLarge
        self.row = row
        self.column = column
        self.reason = reason
    }
}
