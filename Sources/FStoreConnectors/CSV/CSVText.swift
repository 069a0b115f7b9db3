/// CSV as it is written: RFC 4180, lines ending in a line feed.
package enum CSVText {
    /// Adds one field, in quotes when it needs them.
    package static func append(
        _ field: some Collection<UInt8>,
        to bytes: inout [UInt8],
        delimiter: UInt8 = UInt8(ascii: ",")
    ) {
        let needsQuotes = field.contains { byte in
            byte == delimiter || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
        }
        guard needsQuotes else {
            bytes.append(contentsOf: field)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in field {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds one row.
    package static func append(row fields: [String], to bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field.utf8, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
