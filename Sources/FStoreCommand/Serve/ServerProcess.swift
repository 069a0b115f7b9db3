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
    let unknownVariables: [String]

    /// Serves until a signal comes.
    func run() async throws {
        // Whatever is made from here on is for the owner alone.
        umask(0o077)
        Telemetry.startLogging(format: options.logFormat, level: options.logLevel, output: .standardError)
        let logger = Logger(label: "fstore")
        for name in unknownVariables { logger.warning("an unknown variable is ignored", metadata: ["name": "\(name)"]) }
        let options = fitting(logger)
        let lock = try ServerLock(directory: options.directory)
        let store = try FeatureStore(directory: options.directory, options: telling(logger, options.store))
        if let warnings = (try? store.statistics()).map(StatisticsText.warnings) {
            for warning in warnings { logger.warning("\(warning)") }
        }
        defer { store.close() }
        let catalog = try Catalog(directory: options.directory)
        do {
            try await serve(options, store, catalog, logger)
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

    private func serve(_ options: ServeOptions, _ store: FeatureStore, _ catalog: Catalog, _ logger: Logger)
        async throws
    {
        let sealingKey = try options.sealingKey ?? SealingKey.load(directory: options.directory)
        let services = Services(store: store, catalog: catalog, sealer: SecretSealer(key: sealingKey))
        let registry = MetricsRegistry()
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
        try await services.keys.reload()
        let notice = SystemdNotice(environment: environment)
        let listener = Listener(server: server) { port in
            announcement.showAddress(port: port)
            notice.send(.ready)
        }
        var background: [any Service] = [Upkeep(jobs: services.jobs, logger: logger)]
        if let interval = notice.watchdog {
            background.append(Watchdog(notice: notice, store: store, interval: interval))
        }
        try await run(background + [listener], notice, logger)
        try await services.keys.saveLastUses()
    }

    private func run(_ services: [any Service], _ notice: SystemdNotice, _ logger: Logger) async throws {
        // The group reports each step of its own; they say nothing to who runs the server.
        var quiet = logger
        quiet.logLevel = .critical
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(options.server.limits.drainSeconds)
        let group = ServiceGroup(configuration: configuration)
        let stopping = Stopping()
        let signals = Task {
            await StopSignals.listen {
                logger.info("stopping", metadata: ["drain_seconds": "\(options.server.limits.drainSeconds)"])
                notice.send(.stopping)
                stopping.begin()
                await group.triggerGracefulShutdown()
            }
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
