/// The values that the rows of a dictionary-encoded column refer to.
///
/// A stream may add values while it goes on. They become parts of their own: what earlier batches refer to stays as it
/// is, and a writer sees which parts it has written already.
@usableFromInline
final class ArrowDictionary: Sendable {
    /// One message's values.
    @usableFromInline
    final class Part: Sendable {
        @usableFromInline let values: ArrowColumn

        init(_ values: ArrowColumn) { self.values = values }
    }

    static let empty = ArrowDictionary(parts: [])

    @usableFromInline let parts: [Part]
    /// The number of each part's first value.
    private let starts: [Int]
    @usableFromInline let count: Int
    /// The only part, which most dictionaries have.
    @usableFromInline let single: Part?
    let hasNulls: Bool

    init(parts: [Part]) {
        self.parts = parts
        single = parts.count == 1 ? parts[0] : nil
        var starts: [Int] = []
        var count = 0
        for part in parts {
            starts.append(count)
            count += part.values.rowCount
        }
        self.starts = starts
        self.count = count
        hasNulls = parts.contains { $0.values.mayHaveNulls }
    }

    /// The part that has a value, and the row within it; `nil` when the dictionary does not have so many.
    @inlinable
    func value(at index: Int) -> (part: Part, row: Int)? {
        guard index >= 0, index < count else { return nil }
        if let single { return (single, index) }
        return search(index)
    }

    @usableFromInline
    func search(_ index: Int) -> (part: Part, row: Int)? {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= index { low = middle } else { high = middle }
        }
        return (parts[low], index - starts[low])
    }
}
