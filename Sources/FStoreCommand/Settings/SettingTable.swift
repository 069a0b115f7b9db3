internal import FStore
internal import FStoreHTTP
internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreWire
internal import Logging

/// All settings of `fstore serve`.
enum SettingTable {
    private static let server = ServerOptions()
    private static let limits = ServerLimits()
    private static let store = StoreOptions()

    static let all: [Setting] = data + ingestion + network + limitSettings + accounts + logs + secrets

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
            "What an acknowledged write survives. durable: a power failure. relaxed: only the end of the process."
        ),
        Setting(
            "map_size",
            .size(1_048_576...70_368_744_177_664),
            "",
            in: .data,
            "The size to which the values can grow. If it is not set: that of the store, or 64G for a new one."
        ),
        Setting(
            "max_queued_batches",
            .whole(1...1_000_000),
            "\(store.maxQueuedBatches)",
            in: .data,
            "How many writes may wait for the disk. Further ones are answered with 503."
        ),
        Setting(
            "max_queued_bytes",
            .size(1_048_576...17_179_869_184),
            "\(store.maxQueuedBytes)",
            in: .data,
            "How many bytes may wait for the disk. Further writes are answered with 503."
        ),
        Setting(
            "write_wait_seconds",
            .whole(1...3600),
            "3",
            in: .data,
            "How long a write waits while another process holds the write lock. Then writes are answered with 503 "
                + "until that process releases it."
        ),
        Setting(
            "max_clock_jump",
            .duration(1...31_536_000),
            "1h",
            in: .data,
            "How far the clock may be past the last commit if nothing confirms it. Beyond that, writes are answered "
                + "with 503 until `fstore clock accept`."
        ),
    ]

    private static let ingestion = [
        Setting(
            "ingest_root",
            .path,
            "",
            in: .ingestion,
            "The directory that sources of type file may read. If it is not set, they are refused. It must not hold "
                + "the data directory."
        ),
        Setting(
            "egress_allow",
            .hosts,
            "",
            in: .ingestion,
            "The hosts, addresses and ranges that sources of every organization may reach, such as "
                + "db.example.com,10.1.0.0/16. Those of the first organization reach all."
        ),
        Setting(
            "max_workers",
            .whole(ServerConfiguration.workerCounts),
            "\(IngestionSettings().maxWorkers)",
            in: .ingestion,
            "How many sources are read at a time."
        ),
        Setting(
            "batch_size",
            .whole(ServerConfiguration.batchSizes),
            "\(IngestionSettings().batchRows)",
            in: .ingestion,
            "How many rows of a source are stored in one commit, unless a job says otherwise."
        ),
    ]

    private static let network = [
        Setting(
            "listen",
            .address,
            "\(server.host):\(server.port)",
            in: .network,
            "The address and port to listen on. Port 0 takes a free port."
        ),
        Setting(
            "threads",
            .whole(0...256),
            "\(server.threads)",
            in: .network,
            "How many threads serve connections. 0: as many as there are processors."
        ),
        Setting(
            "tls_certificate",
            .path,
            "",
            in: .network,
            "The PEM file of the certificate and its chain. With it the server speaks HTTPS."
        ),
        Setting("tls_key", .path, "", in: .network, "The PEM file of the certificate's private key."),
        Setting(
            "fast_path",
            .flag,
            "\(server.hasFastPath)",
            in: .network,
            "Whether frequent requests take a shorter way through the program. The answers are the same."
        ),
        Setting(
            "cors_origins",
            .origins,
            "",
            in: .network,
            "The origins whose pages may read answers in a browser (CORS). * allows all. If it is not set, none may."
        ),
        Setting(
            "docs_assets",
            .path,
            "",
            in: .network,
            "The directory that has swagger-ui-dist and redoc, for the documentation pages."
        ),
    ]

    private static let limitSettings = [
        whole("connections", 1...1_000_000, limits.connections, "How many connections may be open. Further ones wait."),
        whole(
            "connections_per_address",
            0...1_000_000,
            limits.connectionsPerAddress,
            "How many connections one address may have open. Further ones are answered with 503. 0: half of "
                + "connections."
        ),
        whole(
            "target_bytes",
            1024...1_048_576,
            limits.wire.targetBytes,
            "How many bytes the path and query may have. More are answered with 414."
        ),
        whole(
            "header_bytes",
            1024...1_048_576,
            limits.wire.headerBytes,
            "How many bytes all headers of a request may have. More are answered with 431."
        ),
        whole(
            "header_count",
            10...10_000,
            limits.wire.headerCount,
            "How many headers a request may have. More are answered with 431."
        ),
        whole(
            "head_seconds",
            1...3600,
            limits.wire.headSeconds,
            "How long the head of a request may take to arrive. After that the answer is 408."
        ),
        whole(
            "body_seconds",
            1...3600,
            limits.wire.bodySeconds,
            "How long a body may pause. After that the connection is closed."
        ),
        whole(
            "body_bytes_per_second",
            1...1_048_576,
            limits.wire.bodyBytesPerSecond,
            "How fast a body must arrive. The connection of a slower one is closed."
        ),
        whole(
            "idle_seconds",
            1...86_400,
            limits.wire.idleSeconds,
            "How long a connection may stay without a request. After that it is closed."
        ),
        whole(
            "write_seconds",
            1...3600,
            limits.wire.writeSeconds,
            "How long a client may read nothing of its answer. After that the connection is closed."
        ),
        Setting(
            "max_answer_bytes",
            .size(4_194_304...1_073_741_824),
            "\(limits.maxAnswerBytes)",
            in: .limits,
            "How many bytes the body of an answer may have. Instead of a larger one, the answer is 413."
        ),
        Setting(
            "in_flight_bytes",
            .size(33_554_432...1_099_511_627_776),
            "\(limits.inFlightBytes)",
            in: .limits,
            "How many bytes of bodies and unsent answers the server holds for all clients. Beyond that, the slowest "
                + "requests are ended with 503."
        ),
        Setting(
            "in_flight_bytes_per_organization",
            .size(0...1_099_511_627_776),
            "\(limits.inFlightBytesPerOrganization)",
            in: .limits,
            "The same for one organization. 0: half of in_flight_bytes."
        ),
        Setting(
            "in_flight_bytes_per_connection",
            .size(16_777_216...1_073_741_824),
            "\(limits.inFlightBytesPerConnection)",
            in: .limits,
            "The same for one connection. It is never less than max_answer_bytes."
        ),
        whole(
            "drain_seconds",
            0...3600,
            limits.drainSeconds,
            "How long open requests may go on after the server is told to stop."
        ),
    ]

    private static func whole(_ name: String, _ range: ClosedRange<Int>, _ value: Int, _ help: String) -> Setting {
        Setting(name, .whole(range), "\(value)", in: .limits, help)
    }

    private static let logs = [
        Setting(
            "log_format",
            .choice(LogFormat.allCases.map(\.rawValue)),
            "plain",
            in: .logs,
            "The form of log lines. plain: for people. json: for programs."
        ),
        Setting(
            "log_file",
            .path,
            "",
            in: .logs,
            "A file that takes all log lines besides, as JSON, and from which GET /api/v1/logs has those of earlier "
                + "starts. With 16 MiB it is moved to the same name with .1, in place of the one before."
        ),
        Setting(
            "log_level",
            .choice(Logger.Level.allCases.map(\.rawValue)),
            "info",
            in: .logs,
            "The lowest level that is logged."
        ),
        Setting(
            "log_requests",
            .choice(RequestLogging.allCases.map(\.rawValue)),
            server.logging.rawValue,
            in: .logs,
            "Which requests are logged. failures: those that failed. control: also others, except those on the fast "
                + "path; probes and scrapes at level debug. all: every request."
        ),
        Setting(
            "metrics_public",
            .flag,
            "\(server.hasPublicMetrics)",
            in: .logs,
            "Whether /metrics can be read without a key. If false, it needs an operator's key."
        ),
    ]

    private static let accounts = [
        Setting(
            "auth_signup",
            .choice(["auto"] + AccountRules.SignUp.allCases.map(\.rawValue)),
            "auto",
            in: .accounts,
            "Who may register: anybody, whoever is invited, or nobody. auto: open while the server listens on this "
                + "machine alone, else closed."
        ),
        Setting(
            "auth_login_token",
            .choice(AccountRules.LoginToken.allCases.map(\.rawValue)),
            AccountRules.LoginToken.jwt.rawValue,
            in: .accounts,
            "What signing in gives: a JWT for an hour with a refresh token, or an API key for 30 days."
        ),
        Setting(
            "refuse_common_passwords",
            .choice(["auto", "true", "false"]),
            "auto",
            in: .accounts,
            "Whether passwords are refused that attackers try first. auto: unless the server listens on this machine "
                + "alone."
        ),
        Setting(
            "address_limits",
            .flag,
            "true",
            in: .accounts,
            "Whether requests are counted for each client's address too. Turn it off behind a proxy, where all clients "
                + "have one address, and limit there."
        ),
    ]

    private static let secrets = [
        Setting(
            "bootstrap_key",
            .secret,
            "",
            in: .secrets,
            from: [.environment],
            "The first API key: fl_1_ and at least 32 letters or digits. Without it the server makes one and prints it."
        ),
        Setting("bootstrap_key_file", .path, "", in: .secrets, "The file that holds the first API key."),
        Setting(
            "secret_key",
            .secret,
            "",
            in: .secrets,
            from: [.environment],
            "The key that seals stored secrets and protects the audit trail: 64 hexadecimal digits. Without it the "
                + "file secret.key is used."
        ),
        Setting("secret_key_file", .path, "", in: .secrets, "The file that holds the 64 digits of secret_key."),
    ]
}
