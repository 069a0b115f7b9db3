/// How a load goes about its work.
struct LoadOptions {
    /// Rows of one batch.
    var batchRows: Int
    /// The most cells that a row can have.
    var cellsPerRow: Int
    /// Stops when more rows than this are rejected; `nil`: never.
    var maxRejects: Int?
    /// Where rejected rows go.
    var rejectFile: String?
}
