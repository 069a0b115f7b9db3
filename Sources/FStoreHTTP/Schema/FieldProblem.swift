/// Why one field of a request is wrong.
struct FieldProblem: Sendable, Hashable {
    /// Where: `tags[2]`, `values[17].timestamp`, `limit`. Empty for the whole.
    var field: String
    /// A sentence without a full stop, with the limit and the value given.
    var reason: String
    /// The position in a batch, when it is one of its items that is wrong.
    var index: Int?
    /// Whether the field must be there and is not, which document 003 has a code of its own for.
    var isMissing = false
}
