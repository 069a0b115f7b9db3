internal import FStoreText
/// Rows of one format. A row that is unfit is told as a ``Rejection``, and the next call goes on behind it.
protocol RowSource: ~Copyable {
    /// Fills `row` with the next row. `false` at the end.
    mutating func next(into row: inout LoadRow) throws -> Bool
    /// Goes on at a place that ``nextOffset`` and ``nextLine`` have told.
    mutating func skip(to offset: Int, line: Int) throws
    /// Where the row behind the one at hand begins in the input.
    var nextOffset: Int { get }
    /// The line of that row.
    var nextLine: Int { get }
    /// The line of the row at hand.
    var line: Int { get }
    /// The row at hand as it stands in the input.
    var rawRow: [UInt8] { get }
}
