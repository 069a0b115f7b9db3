package import FStore

extension FeatureValue {
    /// The value as it is shown and as CSV holds it: `put` and `load` read it back. Null is an empty text.
    package var text: String {
        switch self {
        case .null: ""
        case .float64(let number): number.description
        case .int64(let number): number.description
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .string(let text): text
        case .bytes(let bytes): Base64.text(bytes)
        case .timestamp(let time): time.description
        case .vector(let elements): "[" + elements.map(\.description).joined(separator: ",") + "]"
        case .json(let text): text
        }
    }
}
