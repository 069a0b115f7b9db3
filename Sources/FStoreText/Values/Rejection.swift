/// Why a row, or one value of it, does not fit.
package struct Rejection: Error, Hashable, Sendable {
    /// A sentence without a full stop.
    package let reason: String
    /// The column or member that is wrong; `nil` when it is the row as a whole.
    package let field: String?

    package init(_ reason: String, field: String? = nil) {
        self.reason = reason
        self.field = field
    }

    /// The same, of a column or member.
    package func of(_ field: String) -> Rejection {
        Rejection(reason, field: field)
    }
}
