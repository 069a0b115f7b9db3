extension ArrowColumn {
    /// How many values the column's dictionary has; `nil` when the column is not dictionary-encoded.
    ///
    /// A caller that does something costly with each value can do it once for each of these numbers instead, and then
    /// go by ``dictionaryIndex(at:)``. The numbers hold for this column: another batch may have another dictionary.
    package var dictionaryCount: Int? { parts.dictionary?.count }

    /// The number of a row's value in the dictionary, from 0; `nil` for null. Rows of the same number have the same
    /// value.
    ///
    /// - Precondition: The column is dictionary-encoded.
    @inlinable
    package func dictionaryIndex(at row: Int) -> Int? {
        if isNull(row) { return nil }
        guard layout == .dictionary else { wrongKind("a dictionary") }
        return index(at: first &+ row)
    }
}
