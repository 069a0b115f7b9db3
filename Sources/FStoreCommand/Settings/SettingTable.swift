internal import FStore
internal import FStoreHTTP
internal import FStoreTelemetry
internal import FStoreWire
internal import Logging

/// All settings of `fstore serve`.
enum SettingTable {
    private static let server = ServerOptions()
    private static let limits = ServerLimits()
    private static let store = StoreOptions()

    static let all: [Setting] = data + network + limitSettings + logs + secrets

    /// The setting that the settings file writes as `name`.
    static func setting(_ name: String) -> Setting? { all.first { $0.name == name } }

    private static let data = [
        Setting(
            "config",
            .path,
            "",
            in: .data,
            from: [.flag, .environment],
            "A YAML file of settings."
        ),
        Setting("data", .path, "./fstore-data", in: .data, "The directory of the store and the catalog."),
        Setting(
            "durability",
            .choice(StoreOptions.Durability.allCases.map(\.rawValue)),
            store.durability.rawValue,
            in: .data,
            "What an acknowledged write survives: durable, a power failure; relaxed, the end of the process."
        ),
        Setting(
            "map_size",
            .size(1_048_576...70_368_744_177_664),
            "",
            in: .data,
            "The most that the values may grow to. Without it: what the store had, 64G for a new one."
        ),
        Setting(
            "max_queued_batches",
            .whole(1...1_000_000),
            "\(store.maxQueuedBatches)",
            in: .data,
            "Writes that may wait for the disk; past it the answer is 503."
        ),
        Setting(
            "max_queued_bytes",
            .size(1_048_576...17_179_869_184),
            "\(store.maxQueuedBytes)",
            in: .data,
            "Bytes that may wait for the disk; past it the answer is 503."
        ),
        Setting(
            "write_wait_seconds",
            .whole(1...3600),
            "3",
            in: .data,
            "For another process that holds the write lock; then writes are 503 until it lets go."
        ),
        Setting(
            "max_clock_jump",
            .duration(1...31_536_000),
            "1h",
            in: .data,
            "How far the clock may be past the last commit, if nothing confirms it; then writes are 503 until "
                + "`fstore clock accept`."
        ),
    ]

    private static let network = [
        Setting(
            "listen",
            .address,
            "\(server.host):\(server.port)",
            in: .network,
            "Address and port. Port 0 takes one that is free."
        ),
        Setting(
            "threads",
            .whole(0...256),
            "\(server.threads)",
            in: .network,
            "Threads that serve connections; 0 takes as many as there are processors."
        ),
        Setting("tls_certificate", .path, "", in: .network, "PEM file of the certificate and its chain: serves HTTPS."),
        Setting("tls_key", .path, "", in: .network, "PEM file of the certificate's private key."),
        Setting(
            "fast_path",
            .flag,
            "\(server.hasFastPath)",
            in: .network,
            "Whether hot requests take the short way. The answers are the same."
        ),
        Setting(
            "cors_origins",
            .origins,
            "",
            in: .network,
            "Origins whose pages may read answers in a browser (CORS); * for all. None without it."
        ),
        Setting(
            "docs_assets",
            .path,
            "",
            in: .network,
            "The directory of the pages' assets, with swagger-ui-dist and redoc in it."
        ),
    ]

    private static let limitSettings = [
        whole("connections", 1...1_000_000, limits.connections, "Open connections; further ones wait."),
        whole(
            "connections_per_address",
            0...1_000_000,
            limits.connectionsPerAddress,
            "Open connections of one client's address; more are answered with 503. 0: half of connections."
        ),
        whole("target_bytes", 1024...1_048_576, limits.wire.targetBytes, "Bytes of path and query; more is 414."),
        whole("header_bytes", 1024...1_048_576, limits.wire.headerBytes, "Bytes of all headers; more is 431."),
        whole("header_count", 10...10_000, limits.wire.headerCount, "Headers of one request; more is 431."),
        whole("head_seconds", 1...3600, limits.wire.headSeconds, "For a request's head to come; then 408."),
        whole("body_seconds", 1...3600, limits.wire.bodySeconds, "Without a byte of a body; then it is closed."),
        whole(
            "body_bytes_per_second",
            1...1_048_576,
            limits.wire.bodyBytesPerSecond,
            "Of a body, at least; else closed."
        ),
        whole("idle_seconds", 1...86_400, limits.wire.idleSeconds, "Without a request; then the connection is closed."),
        whole("write_seconds", 1...3600, limits.wire.writeSeconds, "Without the client reading; then it is closed."),
        Setting(
            "max_answer_bytes",
            .size(4_194_304...1_073_741_824),
            "\(limits.maxAnswerBytes)",
            in: .limits,
            "Bytes of an answer's body; a longer one is 413."
        ),
        Setting(
            "in_flight_bytes",
            .size(33_554_432...1_099_511_627_776),
            "\(limits.inFlightBytes)",
            in: .limits,
            "Bytes of bodies and unsent answers that are held for all clients; past it the slowest go, with 503."
        ),
        Setting(
            "in_flight_bytes_per_organization",
            .size(0...1_099_511_627_776),
            "\(limits.inFlightBytesPerOrganization)",
            in: .limits,
            "The same of one organization. 0: half of in_flight_bytes."
        ),
        Setting(
            "in_flight_bytes_per_connection",
            .size(16_777_216...1_073_741_824),
            "\(limits.inFlightBytesPerConnection)",
            in: .limits,
            "The same of one connection; never less than max_answer_bytes."
        ),
        whole("drain_seconds", 0...3600, limits.drainSeconds, "For open requests, once told to stop."),
    ]

    private static func whole(_ name: String, _ range: ClosedRange<Int>, _ value: Int, _ help: String) -> Setting {
        Setting(name, .whole(range), "\(value)", in: .limits, help)
    }

    private static let logs = [
        Setting("log_format", .choice(LogFormat.allCases.map(\.rawValue)), "plain", in: .logs, "How a line looks."),
        Setting(
            "log_level",
            .choice(Logger.Level.allCases.map(\.rawValue)),
            "info",
            in: .logs,
            "The least that is written."
        ),
        Setting(
            "log_requests",
            .choice(RequestLogging.allCases.map(\.rawValue)),
            server.logging.rawValue,
            in: .logs,
            "Which requests get a line: failures; control, all but those that the fast path answers, and probes and "
                + "scrapes at debug; all."
        ),
        Setting(
            "metrics_public",
            .flag,
            "\(server.hasPublicMetrics)",
            in: .logs,
            "Whether /metrics needs no key. Otherwise an operator's."
        ),
    ]

    private static let secrets = [
        Setting(
            "bootstrap_key",
            .secret,
            "",
            in: .secrets,
            from: [.environment],
            "The first API key, fl_1_ and 32 letters or digits or more, instead of one that is made and printed."
        ),
        Setting("bootstrap_key_file", .path, "", in: .secrets, "The file that holds the first API key."),
        Setting(
            "secret_key",
            .secret,
            "",
            in: .secrets,
            from: [.environment],
            "64 hexadecimal digits to seal stored secrets with, instead of the file secret.key of the data directory."
        ),
        Setting("secret_key_file", .path, "", in: .secrets, "The file that holds the 64 digits."),
    ]
}
