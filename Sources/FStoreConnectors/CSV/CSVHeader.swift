internal import FStoreText

/// The names of the columns of a CSV file.
package struct CSVHeader {
    /// The names in their order.
    package let names: [String]

    /// Takes the names from the row at hand.
    package init(_ reader: borrowing CSVReader) {
        var names: [String] = []
        for index in 0..<reader.fieldCount { names.append(NumberText.text(reader.field(index)) ?? "") }
        self.names = names
    }

    /// Where the column `name` stands.
    ///
    /// - Throws: ``InputError/noColumn(_:header:meant:)``, or ``InputError/repeatedColumn(_:first:second:)``: which of
    ///   the two is meant cannot be known.
    package func index(_ name: String) throws(InputError) -> Int {
        guard let found = try optionalIndex(name) else {
            throw .noColumn(name, header: names, meant: Spelling.nearest(to: name, among: names))
        }
        return found
    }

    /// Where the column `name` stands; `nil` where there is none.
    package func optionalIndex(_ name: String) throws(InputError) -> Int? {
        // Byte for byte: `String` would hold two spellings of one character for the same name.
        let found = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
        if found.count > 1 { throw .repeatedColumn(name, first: found[0] + 1, second: found[1] + 1) }
        return found.first
    }
}
