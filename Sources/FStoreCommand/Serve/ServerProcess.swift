internal import FStore
internal import FStoreCatalog
internal import FStoreHTTP
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreTelemetry
internal import Glibc
internal import Logging
internal import ServiceLifecycle

/// A server from its start to its end: opens, serves, and closes in the order in which nothing is lost.
struct ServerProcess {
    let options: ServeOptions
    let environment: [String: String]
    /// What `options` were made from.
    let settings: Settings
    /// Reads the settings once more.
    let reread: @Sendable () async throws -> Settings

    /// Serves until a signal comes.
    func run() async throws {
        // Whatever is made from here on is for the owner alone.
        umask(0o077)
        ServerSignals.ignoreOthers()
        let file = try logFile()
        let threshold = Telemetry.startLogging(
            format: options.logFormat,
            level: options.logLevel,
            output: .standardError,
            ring: options.server.logRing,
            file: file
        )
        let logger = Logger(label: "fstore")
        for name in settings.unknownVariables {
            logger.warning("an unknown variable is ignored", metadata: ["name": "\(name)"])
        }
        let options = fitting(logger)
        let lock = try ServerLock(directory: options.directory)
        let pair = try await StorePair.open(directory: options.directory, options: telling(logger, options.store))
        let (store, catalog) = (pair.store, pair.catalog)
        if let warnings = (try? store.statistics()).map(StatisticsText.warnings) {
            for warning in warnings { logger.warning("\(warning)") }
        }
        defer { store.close() }
        do {
            warn(options, logger)
            try await serve(options, pair, threshold, logger)
        } catch {
            try? catalog.close()
            throw error
        }
        // Commits what is queued, before the word that all went well.
        store.close()
        try catalog.close()
        logger.info("stopped")
        _ = consume lock
    }

    /// The file of the log, when the settings name one. The ring gets what earlier starts have written into it.
    private func logFile() throws -> LogFile? {
        guard let path = options.logFile else { return nil }
        LogHistory.read(path, into: options.server.logRing)
        do throws(LogFileError) { return try LogFile(path) } catch {
            throw CommandError(.settings, "setting", "log_file \(path) cannot be written: \(error.reason)")
        }
    }

    /// The options with no more connections than the process may have descriptors for. Otherwise clients would be let
    /// go that the settings promise a place.
    private func fitting(_ logger: Logger) -> ServeOptions {
        var fitting = options
        let allowed = DescriptorLimit.raise()
        let room = DescriptorLimit.connections(of: allowed, threads: options.server.threads)
        if room < options.server.limits.connections {
            fitting.server.limits.connections = room
            logger.warning(
                "fewer connections than the settings say: the process may open too few files (LimitNOFILE, ulimit -n)",
                metadata: [
                    "connections": "\(room)", "wanted": "\(options.server.limits.connections)", "files": "\(allowed)",
                ]
            )
        }
        return fitting
    }

    /// Says what is allowed, and seldom meant.
    private func warn(_ options: ServeOptions, _ logger: Logger) {
        for finding in FilePermissions.openToOthers(directory: options.directory, key: options.server.tls?.key) {
            logger.warning(
                "other users may use a file of the server; run chmod go= on it",
                metadata: ["path": "\(finding.path)", "mode": "\(finding.mode)"]
            )
        }
        if options.server.tls == nil, !options.address.isLocal {
            logger.warning(
                "keys and values can be read on the network: the server listens on more than this machine, without TLS",
                metadata: ["listen": "\(options.address.host)"]
            )
        }
    }

    /// The options with a store that logs what no caller is told.
    private func telling(_ logger: Logger, _ options: StoreOptions) -> StoreOptions {
        var telling = options
        telling.notify = { event in
            switch event {
            case .reclaimResumed, .writeLockFree, .clockBelieved: logger.notice("\(event)")
            default: logger.error("\(event)")
            }
        }
        return telling
    }

    private func serve(
        _ options: ServeOptions,
        _ pair: StorePair,
        _ threshold: LogThreshold,
        _ logger: Logger
    ) async throws {
        let (store, catalog) = (pair.store, pair.catalog)
        let hasKey = options.sealingKey != nil || FileCopy.exists(options.directory + "/" + SealingKey.fileName)
        let sealingKey = try options.sealingKey ?? SealingKey.load(directory: options.directory)
        if !hasKey, case let sources = try await catalog.sourcesWithSecrets(), !sources.isEmpty {
            logger.warning(
                """
                secret.key was missing, and a new one was made: secrets that the old one has sealed cannot be opened; \
                stop, put the old file back and start again, or enter the secrets again
                """,
                metadata: ["sources": "\(sources.count)", "first": "\(sources[0])"]
            )
        }
        let audit = try await auditService(catalog, sealingKey, logger)
        let services = Services(
            store: store,
            catalog: catalog,
            sealer: SecretSealer(key: sealingKey),
            audit: audit,
            accounts: options.accounts,
            limitsAddresses: options.limitsAddresses,
            ingestion: options.ingestion,
            reportIngestion: { IngestionLog.write($0, to: logger) }
        )
        let registry = MetricsRegistry()
        registry.register(StoreMetrics.failures(of: audit))
        registry.register(StoreMetrics.ingestion(services.ingestion.meter))
        StoreMetrics.register(store, log: .standardError, version: RootCommand.version, in: registry)
        let server: Server
        do {
            server = try Server(services, options: options.server, registry: registry, logger: logger)
        } catch {
            throw CommandError(starting: error, options.server)
        }
        let firstKey = try await FirstStart.run(catalog, key: options.bootstrapKey)
        let announcement = Announcement(
            address: options.address,
            certificate: options.server.tls?.certificates,
            key: firstKey
        )
        try announcement.showKey()
        try await services.reload()
        let sealed = try await services.sources.sealStored()
        if sealed > 0 {
            logger.notice("secrets that were stored in clear are sealed", metadata: ["sources": "\(sealed)"])
        }
        let notice = SystemdNotice(environment: environment)
        let listener = Listener(server: server) { port in
            announcement.showAddress(port: port)
            notice.send(.ready)
        }
        var background: [any Service] = [
            Upkeep(jobs: services.jobs + pair.jobs + [AuditNotice.job(catalog, logger)], logger: logger)
        ]
        if let interval = notice.watchdog {
            background.append(Watchdog(notice: notice, store: store, interval: interval))
        }
        let reload = SettingsReload(
            before: settings,
            reread: reread,
            threshold: threshold,
            server: server,
            logger: logger
        )
        try await run(background + [listener], notice, reload, logger)
        do {
            try await services.audit.saveWaiting()
            try await AuditNotice.tell(catalog, logger)
            try await services.keys.saveLastUses()
        } catch {
            // On a full disk the server must still stop in order.
            logger.warning("the last uses of keys, or audit entries, are not stored", metadata: ["reason": "\(error)"])
        }
    }

    /// The audit trail, written with the server's key. With another key than before it starts a new chain, and an entry
    /// says so: a server whose key was lost must be able to start.
    private func auditService(
        _ catalog: Catalog,
        _ key: SealingKey,
        _ logger: Logger
    ) async throws -> AuditService {
        if try await !catalog.keepAudit(with: AuditChain(key: key)) {
            logger.error(
                """
                the audit trail was not written under this key, or was changed: a new chain starts after the entries \
                that are there; fstore audit verify says more
                """
            )
            try await catalog.restartAudit()
        }
        return AuditService(catalog: catalog) { action, target, error in
            logger.error(
                "an audit entry could not be stored yet",
                metadata: ["action": "\(action.rawValue)", "target": "\(target)", "reason": "\(error)"]
            )
        }
    }

    private func run(
        _ services: [any Service],
        _ notice: SystemdNotice,
        _ reload: SettingsReload,
        _ logger: Logger
    ) async throws {
        // The group reports each step of its own; they say nothing to who runs the server.
        var quiet = logger
        quiet.logLevel = .critical
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(options.server.limits.drainSeconds)
        let group = ServiceGroup(configuration: configuration)
        let stopping = Stopping()
        let trapped = await ServerSignals.trap()
        let signals = Task {
            await ServerSignals.listen(
                to: trapped,
                stop: {
                    logger.info("stopping", metadata: ["drain_seconds": "\(options.server.limits.drainSeconds)"])
                    notice.send(.stopping)
                    stopping.begin()
                    await group.triggerGracefulShutdown()
                },
                reload: { await reload.run() }
            )
        }
        defer { signals.cancel() }
        do {
            try await group.run()
        } catch  where stopping.hasBegun {
            // Requests that took longer than they may were cut off: that is how a stop can end.
            logger.warning("requests were cut off", metadata: ["reason": "\(error)"])
        } catch {
            throw CommandError(starting: error, options.server)
        }
    }
}

/// The server as one of the services that start and stop together.
private struct Listener: Service {
    let server: Server
    let ready: @Sendable (Int) async -> Void

    func run() async throws { try await server.run(ready: ready) }
}
