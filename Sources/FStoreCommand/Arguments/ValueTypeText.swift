internal import ArgumentParser
internal import FStore

/// Types of values on the command line.
enum ValueTypeText {
    /// Reads a type of the command line.
    static func parse(_ text: String) throws -> ValueType {
        guard let type = ValueType(text) else {
            throw ValidationError(
                "\"\(text)\" is not a type; write float64, int64, bool, string, bytes, timestamp, vector(N) or json"
            )
        }
        return type
    }
}
