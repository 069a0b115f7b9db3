internal import Logging

/// Metadata as JSON. Whatever a value holds, what comes out is valid.
enum LogJSON {
    /// Appends `"key":value`.
    ///
    /// - Parameter taken: The keys of the object so far.
    static func appendField(
        _ key: String,
        _ value: Logger.MetadataValue,
        taken: inout Set<String>,
        depth: Int,
        to bytes: inout [UInt8]
    ) {
        var name = LogText.clean(key, maxBytes: LogLimits.valueBytes)
        while !taken.insert(name).inserted { name += "_" }
        LogText.appendQuoted(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if Redaction.isSecret(key: key) {
            LogText.appendQuoted(Redaction.mark, to: &bytes)
        } else {
            append(value, depth: depth, to: &bytes)
        }
    }

    /// Appends a value. Beyond the limits of depth and length it is `…`.
    static func append(_ value: Logger.MetadataValue, depth: Int, to bytes: inout [UInt8]) {
        switch value {
        case .string(let text): appendText(text, to: &bytes)
        case .stringConvertible(let convertible): appendScalar(convertible, to: &bytes)
        case .dictionary(let fields) where depth < LogLimits.depth: appendObject(fields, depth: depth, to: &bytes)
        case .array(let values) where depth < LogLimits.depth: appendArray(values, depth: depth, to: &bytes)
        case .dictionary, .array: LogText.appendQuoted("…", to: &bytes)
        }
    }

    private static func appendObject(_ fields: Logger.Metadata, depth: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var taken: Set<String> = ["truncated"]
        for (index, (key, value)) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if bytes.count > LogLimits.lineBytes {
                bytes += "\"truncated\":true".utf8
                break
            }
            appendField(key, value, taken: &taken, depth: depth + 1, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendArray(_ values: [Logger.MetadataValue], depth: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if bytes.count > LogLimits.lineBytes {
                LogText.appendQuoted("…", to: &bytes)
                break
            }
            append(value, depth: depth + 1, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Numbers and truth values stay what they are; JSON has no word for infinity, so that becomes a text.
    private static func appendScalar(_ value: any CustomStringConvertible & Sendable, to bytes: inout [UInt8]) {
        switch value {
        case let flag as Bool: bytes += (flag ? "true" : "false").utf8
        case let number as any FixedWidthInteger: bytes += String(number).utf8
        case let number as Double where number.isFinite: bytes += "\(number)".utf8
        case let number as Float where number.isFinite: bytes += "\(number)".utf8
        default: appendText(value.description, to: &bytes)
        }
    }

    private static func appendText(_ text: String, to bytes: inout [UInt8]) {
        LogText.appendQuoted(LogText.clean(text, maxBytes: LogLimits.valueBytes), to: &bytes)
    }
}
