internal import FStore
internal import FStoreConnectors
internal import FStoreHTTP
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreWire
internal import Logging

/// What the settings mean for the parts of a server.
struct ServeOptions {
    let directory: String
    let address: ListenAddress
    var store = StoreOptions()
    var server = ServerOptions()
    let logFormat: LogFormat
    let logLevel: Logger.Level
    let logFile: String?
    let accounts: AccountRules
    let limitsAddresses: Bool
    var ingestion = IngestionSettings()
    /// The first key, when one is given.
    let bootstrapKey: APIKeyCode?
    /// The key for secrets, when it is not the one of the data directory.
    let sealingKey: SealingKey?

    init(_ settings: Settings) throws {
        directory = settings.text("data") ?? "."
        guard let address = settings.text("listen").flatMap({ ListenAddress($0) }) else {
            throw CommandError(.settings, "setting", "listen is missing")
        }
        self.address = address
        logFormat = settings.text("log_format").flatMap { LogFormat(rawValue: $0) } ?? .plain
        logFile = settings.text("log_file")
        logLevel = settings.text("log_level").flatMap { Logger.Level(rawValue: $0) } ?? .info
        accounts = Self.accounts(settings, isLocal: address.isLocal)
        limitsAddresses = settings.isTrue("address_limits")
        ingestion.root = try Self.ingestRoot(settings, directory: directory)
        ingestion.egress = settings.text("egress_allow").flatMap { EgressRule.Allowed($0) } ?? .nothing
        ingestion.maxWorkers = settings.integer("max_workers") ?? ingestion.maxWorkers
        ingestion.batchRows = settings.integer("batch_size") ?? ingestion.batchRows
        let secrets = SecretSettings(settings)
        bootstrapKey = try secrets.read("bootstrap_key") { try APIKeyCode($0) }
        sealingKey = try secrets.read("secret_key") { try SealingKey.parse($0) }
        // A server answers reads first.
        store.writerNiceness = 5
        store.durability = settings.text("durability").flatMap { .init(rawValue: $0) } ?? .durable
        store.mapSize = settings.integer("map_size")
        store.maxQueuedBatches = settings.integer("max_queued_batches") ?? store.maxQueuedBatches
        store.maxQueuedBytes = settings.integer("max_queued_bytes") ?? store.maxQueuedBytes
        store.writeWait = .seconds(settings.integer("write_wait_seconds") ?? 3)
        store.maxClockJump = settings.duration("max_clock_jump") ?? store.maxClockJump
        server.host = address.host
        server.port = address.port
        server.threads = settings.integer("threads") ?? server.threads
        server.hasFastPath = settings.isTrue("fast_path")
        server.hasPublicMetrics = settings.isTrue("metrics_public")
        server.logging = settings.text("log_requests").flatMap { .init(rawValue: $0) } ?? .control
        server.crossOrigin = settings.text("cors_origins").flatMap { try? CrossOrigin($0) }
        server.documentationAssets = settings.text("docs_assets")
        server.limits = Self.limits(settings)
        server.tls = try Self.tls(settings)
    }

    /// The words of a file of common passwords, as Debian's package `john-data` brings them.
    private static let commonPasswords = "/usr/share/john/password.lst"

    private static func accounts(_ settings: Settings, isLocal: Bool) -> AccountRules {
        let signUp = settings.text("auth_signup").flatMap { AccountRules.SignUp(rawValue: $0) }
        var refused: FrequentPasswords?
        let refuses = settings.text("refuse_common_passwords")
        if refuses == "true" || refuses != "false" && !isLocal {
            refused = (try? FrequentPasswords(file: commonPasswords)) ?? .builtIn
        }
        return AccountRules(
            signUp: signUp ?? (isLocal ? .open : .closed),
            loginToken: settings.text("auth_login_token").flatMap { AccountRules.LoginToken(rawValue: $0) } ?? .jwt,
            passwords: PasswordRule(refusing: refused)
        )
    }

    /// The directory of `ingest_root`, which is there and does not hold the server's own files: keys and values of all
    /// organizations lie in those.
    private static func ingestRoot(_ settings: Settings, directory: String) throws -> IngestRoot? {
        guard let path = settings.text("ingest_root") else { return nil }
        let root: IngestRoot
        do throws(InputError) { root = try IngestRoot(path) } catch {
            throw CommandError(.settings, "ingest_root", "ingest_root: \(error)")
        }
        if root.holds(directory) {
            throw CommandError(
                .settings,
                "ingest_root",
                "ingest_root: \(path) holds the data directory \(directory), whose files no source may read"
            )
        }
        return root
    }

    private static func limits(_ settings: Settings) -> ServerLimits {
        var limits = ServerLimits()
        limits.connections = settings.integer("connections") ?? limits.connections
        limits.connectionsPerAddress = settings.integer("connections_per_address") ?? limits.connectionsPerAddress
        limits.wire.targetBytes = settings.integer("target_bytes") ?? limits.wire.targetBytes
        limits.wire.headerBytes = settings.integer("header_bytes") ?? limits.wire.headerBytes
        limits.wire.headerCount = settings.integer("header_count") ?? limits.wire.headerCount
        limits.wire.headSeconds = settings.integer("head_seconds") ?? limits.wire.headSeconds
        limits.wire.bodySeconds = settings.integer("body_seconds") ?? limits.wire.bodySeconds
        limits.wire.bodyBytesPerSecond = settings.integer("body_bytes_per_second") ?? limits.wire.bodyBytesPerSecond
        limits.wire.idleSeconds = settings.integer("idle_seconds") ?? limits.wire.idleSeconds
        limits.wire.writeSeconds = settings.integer("write_seconds") ?? limits.wire.writeSeconds
        limits.maxAnswerBytes = settings.integer("max_answer_bytes") ?? limits.maxAnswerBytes
        limits.inFlightBytes = settings.integer("in_flight_bytes") ?? limits.inFlightBytes
        limits.inFlightBytesPerOrganization =
            settings.integer("in_flight_bytes_per_organization") ?? limits.inFlightBytesPerOrganization
        limits.inFlightBytesPerConnection =
            settings.integer("in_flight_bytes_per_connection") ?? limits.inFlightBytesPerConnection
        limits.drainSeconds = settings.integer("drain_seconds") ?? limits.drainSeconds
        return limits
    }

    private static func tls(_ settings: Settings) throws -> (certificates: String, key: String)? {
        switch (settings.text("tls_certificate"), settings.text("tls_key")) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            // Opened here once, so that the error names the setting.
            for (name, path) in [("tls_certificate", certificate), ("tls_key", key)] {
                do throws(InputError) { _ = try InputFile(path) } catch {
                    throw CommandError(.settings, "tls", "\(name): \(error)")
                }
            }
            return (certificate, key)
        case (_?, nil): throw CommandError(.settings, "tls", "tls_certificate is set and tls_key is not; set both")
        case (nil, _?): throw CommandError(.settings, "tls", "tls_key is set and tls_certificate is not; set both")
        }
    }
}
