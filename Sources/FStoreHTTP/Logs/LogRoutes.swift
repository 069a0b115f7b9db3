internal import FStore
internal import FStoreIdentity
internal import FStoreTelemetry
internal import FStoreText
internal import HTTPTypes
internal import Logging

/// The newest lines of the log (document 001).
struct LogRoutes: Sendable {
    let ring: LogRing

    var operations: [Operation] { [list] }

    /// The levels of document 001: each stands for itself and the one that lies beside it.
    private enum Level: String, CaseIterable {
        case debug = "DEBUG"
        case info = "INFO"
        case warning = "WARNING"
        case error = "ERROR"

        init(_ level: Logger.Level) {
            switch level {
            case .trace, .debug: self = .debug
            case .info, .notice: self = .info
            case .warning: self = .warning
            case .error, .critical: self = .error
            }
        }

        var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    private static let level = QueryField.text(
        "level",
        .oneOf(Level.allCases.map(\.rawValue)),
        "The least level that is shown."
    )
    private static let source = QueryField.text("source", .text(1...255), "Only lines of this part of the server.")
    private static let start = QueryField.moment("start_time", "Only lines from then on.")
    private static let end = QueryField.moment("end_time", "Only lines until then.")

    private static let entry = Schema.members(
        .required("timestamp", ValueSchema.moment),
        .required("level", .oneOf(Level.allCases.map(\.rawValue))),
        .required("source", .text(0...8192), "The part of the server."),
        .required("message", .text(0...65_536)),
        .required("metadata", .object(Schema.ObjectRule(members: [], others: .anything, count: 0...1000)))
    )

    private var list: Operation {
        Operation(
            "listLogs",
            .get,
            "/api/v1/logs",
            owner: .ingestion,
            access: .role(.operator),
            rate: .read,
            summary: "Read the log",
            description: """
                The newest lines first, of the last 10 000, without secrets: since the start of the server, or of \
                earlier starts too when the setting `log_file` names a file.
                """,
            parameters: [Self.level.parameter, Self.source.parameter, Self.start.parameter, Self.end.parameter]
                + Page.parameters(defaultLimit: 100),
            answers: [
                EnvelopedPage.answer("A page of lines.", "logs", of: Self.entry)
            ],
            errors: [413]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let least = try call.query(Self.level).flatMap { Level(rawValue: $0) } ?? .debug
            let source = try call.query(Self.source)
            let first = try call.query(Self.start)?.nanoseconds ?? .min
            let last = try call.query(Self.end)?.nanoseconds ?? .max
            let found = ring.entries(offset: page.offset, limit: page.limit) { entry in
                let nanoseconds = entry.time.milliseconds * 1_000_000
                return Level(entry.level).place >= least.place && (source == nil || source == entry.label)
                    && nanoseconds >= first && nanoseconds <= last
            }
            var (lines, bytes) = ([JSONObjectText](), 0)
            for entry in found.entries {
                var line = JSONObjectText()
                line.add("timestamp", entry.time.text)
                line.add("level", Level(entry.level).rawValue)
                line.add("source", entry.label)
                line.add("message", entry.message)
                line.add("metadata", .json(entry.metadata) as FeatureValue)
                bytes += line.byteCount
                if bytes > call.maxAnswerBytes { throw APIError.answerTooLarge(call.maxAnswerBytes) }
                lines.append(line)
            }
            return EnvelopedPage.reply("logs", lines, page, total: found.total, for: call)
        }
    }
}
