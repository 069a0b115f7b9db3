internal import Logging

extension LogRecord {
    /// The record as people read it, with the newline at its end:
    /// `2026-11-21T12:02:10.250Z INFO request done method=GET status=200`.
    package var plainLine: [UInt8] {
        var bytes: [UInt8] = []
        bytes += "\(time.text) \(level.rawValue.uppercased()) ".utf8
        LogText.append(LogText.clean(message, maxBytes: LogLimits.messageBytes), to: &bytes)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            bytes.append(UInt8(ascii: " "))
            if bytes.count > LogLimits.lineBytes {
                bytes += "…".utf8
                break
            }
            LogText.appendWord(LogText.clean(key, maxBytes: LogLimits.valueBytes), to: &bytes)
            bytes.append(UInt8(ascii: "="))
            LogText.appendWord(Self.plainText(value, key: key), to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func plainText(_ value: Logger.MetadataValue, key: String) -> String {
        if Redaction.isSecret(key: key) { return Redaction.mark }
        switch value {
        case .string(let text): return LogText.clean(text, maxBytes: LogLimits.valueBytes)
        case .stringConvertible(let convertible):
            return LogText.clean(convertible.description, maxBytes: LogLimits.valueBytes)
        case .dictionary, .array:
            // What has parts is written as JSON, which has rules for them.
            var json: [UInt8] = []
            LogJSON.append(value, depth: 0, to: &json)
            return String(decoding: json, as: UTF8.self)
        }
    }
}
