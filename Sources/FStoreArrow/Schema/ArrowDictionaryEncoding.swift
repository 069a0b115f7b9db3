/// How the rows of a column refer to its dictionary.
package struct ArrowDictionaryEncoding: Hashable, Sendable {
    /// Which dictionary of the stream is meant. A writer numbers its dictionaries anew.
    let id: Int64
    /// The type of the numbers that stand in the rows.
    package let index: ArrowInteger
    /// Whether the order of the dictionary is the order of the values.
    package let isOrdered: Bool
}
