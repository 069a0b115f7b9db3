/// What belongs to a column and is seldom needed. It stands in an object of its own, so that a copy of a column costs
/// little.
@usableFromInline
final class ColumnParts: Sendable {
    let field: ArrowField
    /// Where the buffers lie that views refer to.
    let viewBuffers: [Range<Int>]
    /// The elements of all lists.
    let elements: ArrowColumn?
    @usableFromInline let dictionary: ArrowDictionary?

    init(field: ArrowField, buffers: ColumnBuffers) {
        self.field = field
        viewBuffers = buffers.viewBuffers
        elements = buffers.elements
        dictionary = buffers.dictionary
    }
}
