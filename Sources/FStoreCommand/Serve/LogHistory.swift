internal import FStore
internal import FStoreConnectors
internal import FStoreTelemetry
internal import FStoreText
internal import Logging

/// What earlier runs of the server have written into the file of its log.
enum LogHistory {
    /// Puts the newest lines of the file and of the older one behind it into the ring, as if they were logged now. What
    /// is not a line of the log is passed over: a line may be cut short.
    static func read(_ path: String, into ring: LogRing) {
        for path in [LogFile.older(path), path] {
            guard let file = try? InputFile(path) else { continue }
            var lines = LineReader(ByteWindow())
            while (try? lines.next(from: file)) == true {
                if let entry = entry(lines.bytes) { ring.add(entry) }
            }
        }
    }

    /// The entry of a line that ``LogRecord/jsonLine`` has made.
    private static func entry(_ line: ArraySlice<UInt8>) -> LogRing.Entry? {
        guard case .object(let members) = try? JSONValue(line) else { return nil }
        var metadata = JSONObjectText()
        var texts: [String: String] = [:]
        for member in members {
            switch (member.name, member.value) {
            case ("ts", .string(let text)), ("level", .string(let text)), ("msg", .string(let text)),
                ("logger", .string(let text)):
                texts[member.name] = text
            default:
                var text: [UInt8] = []
                JSONText.append(member.value, to: &text)
                metadata.add(member.name, .json(String(decoding: text, as: UTF8.self)) as FeatureValue)
            }
        }
        guard let level = texts["level"].flatMap({ Logger.Level(rawValue: $0) }), let message = texts["msg"],
            let time = texts["ts"].flatMap({ try? Timestamp.reading($0) })
        else { return nil }
        return LogRing.Entry(
            time: LogTime(milliseconds: time.nanoseconds / 1_000_000),
            level: level,
            label: texts["logger"] ?? "",
            message: message,
            metadata: String(decoding: metadata.bytes, as: UTF8.self)
        )
    }
}
