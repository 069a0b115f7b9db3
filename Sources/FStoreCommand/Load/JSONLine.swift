internal import FStore
internal import FStoreText

/// One line of NDJSON.
enum JSONLine {
    /// The object that the line holds.
    static func object(_ bytes: ArraySlice<UInt8>) throws(Rejection) -> JSONValue {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(bytes) } catch { throw Rejection(error.description) }
        guard case .object = value else { throw Rejection("the line is no JSON object") }
        return value
    }
}
