internal import Logging

extension LogRecord {
    /// The record as one JSON object, with the newline at its end: `ts`, `level`, `msg`, `logger`, then the fields.
    ///
    /// A field that has the name of one of those four gets `_` at its end: no key occurs twice.
    package var jsonLine: [UInt8] {
        var bytes: [UInt8] = []
        bytes += "{\"ts\":\"\(time.text)\",\"level\":\"\(level.rawValue)\",\"msg\":".utf8
        LogText.appendQuoted(LogText.clean(message, maxBytes: LogLimits.messageBytes), to: &bytes)
        bytes += ",\"logger\":".utf8
        LogText.appendQuoted(LogText.clean(label, maxBytes: LogLimits.valueBytes), to: &bytes)
        var taken: Set<String> = ["ts", "level", "msg", "logger", "truncated"]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            bytes.append(UInt8(ascii: ","))
            if bytes.count > LogLimits.lineBytes {
                bytes += "\"truncated\":true".utf8
                break
            }
            LogJSON.appendField(key, value, taken: &taken, depth: 0, to: &bytes)
        }
        bytes += "}\n".utf8
        return bytes
    }
}
