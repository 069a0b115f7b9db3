internal import FStoreText
/// The names of the columns of a CSV file.
struct CSVHeader {
    /// The names in their order.
    let names: [String]

    /// Takes the names from the row at hand.
    init(_ reader: borrowing CSVReader) {
        var names: [String] = []
        for index in 0..<reader.fieldCount { names.append(NumberText.text(reader.field(index)) ?? "") }
        self.names = names
    }

    /// Where the column `name` stands.
    func index(_ name: String) throws -> Int {
        guard let index = names.firstIndex(of: name) else {
            throw CommandError(
                .badData,
                "no_column",
                "the input has no column \"\(name)\"; it has \(names.joined(separator: ", "))"
            )
        }
        return index
    }
}
