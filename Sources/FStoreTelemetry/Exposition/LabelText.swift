/// The labels of a series, written once: `method="GET",status="200"`.
package struct LabelText: Sendable {
    /// No labels.
    package static let none = LabelText(names: [], values: [])

    let bytes: [UInt8]

    /// - Parameter values: One for each name.
    package init(names: [String], values: [String]) {
        var bytes: [UInt8] = []
        for (name, value) in zip(names, values) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += name.utf8
            bytes += "=\"".utf8
            bytes.appendEscaped(value, quotes: true)
            bytes.append(UInt8(ascii: "\""))
        }
        self.bytes = bytes
    }
}

extension [UInt8] {
    /// Appends `text` with the three escapes that both formats know; in Prometheus help texts quotes stay as they are.
    mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): self += "\\\\".utf8
            case UInt8(ascii: "\n"): self += "\\n".utf8
            case UInt8(ascii: "\"") where quotes: self += "\\\"".utf8
            default: append(byte)
            }
        }
    }
}
