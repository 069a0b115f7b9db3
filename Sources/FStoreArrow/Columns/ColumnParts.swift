/// The rarely used parts of a column. They are in a separate object, so that copying a column is cheap.
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
