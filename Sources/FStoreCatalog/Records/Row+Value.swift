internal import GRDB

extension Row {
    /// A value that is stored as the text of one of its cases.
    func value<Value: RawRepresentable>(_ column: String) throws -> Value where Value.RawValue == String {
        let text: String = self[column]
        guard let value = Value(rawValue: text) else {
            throw CatalogError.storage("the column \(column) has a value that this program does not know")
        }
        return value
    }
}
