internal import FStore
package import FStoreServices
package import FStoreTelemetry
internal import FStoreWire
internal import HummingbirdCore
internal import Hummingbird
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// The HTTP server over one set of services.
package struct Server: Sendable {
    private let options: ServerOptions
    private let services: Services
    private let responder: Responder
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let builder: HTTPServerBuilder
    private let paths: [ObjectIdentifier: FastPath]
    private let admission: Admission
    private let refuse: Refusals
    private let certificate: Certificate?

    /// - Throws: when the certificate cannot be read.
    package init(
        _ services: Services,
        options: ServerOptions,
        registry: MetricsRegistry,
        logger: Logger
    ) throws {
        try self.init(services, options: options, registry: registry, logger: logger) { $0 }
    }

    /// - Parameter revise: changes the operations; for tests that show what follows from them.
    init(
        _ services: Services,
        options: ServerOptions,
        registry: MetricsRegistry,
        logger: Logger,
        revise: ([Operation]) -> [Operation]
    ) throws {
        self.options = options
        self.services = services
        self.logger = logger
        let table = Operations.table(services, registry: registry, options: options, revise: revise)
        services.limits.register(table.limited)
        let routes: HotRoutes
        do throws(HotRoutes.Problem) { routes = try table.hotRoutes() } catch {
            throw StartFailure.other(error.sentence)
        }
        let metrics = RequestMetrics(table.operations, in: registry)
        let budget = ByteBudget(options.limits, metrics: metrics)
        responder = Responder(
            table: table,
            gate: services.gate,
            crossOrigin: options.crossOrigin,
            metrics: metrics,
            state: services.state,
            time: services.time,
            log: RequestLog(logger: logger, level: options.logging, table: table),
            limits: options.limits,
            budget: budget
        )
        group = MultiThreadedEventLoopGroup(numberOfThreads: options.threadCount)
        for loop in group.makeIterator() { loop.execute(ThreadRank.prompt) }
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderListSize = options.limits.decoderBytes
        decoder.maxHeaderFieldSize = options.limits.decoderBytes
        decoder.maxHeaderFieldCount = options.limits.decoderHeaders
        let configuration = HTTP1Channel.Configuration(idleTimeout: nil, httpDecoderConfiguration: decoder)
        let paths = Self.paths(options, services, routes, table, metrics, group)
        self.paths = paths
        let admission = Admission(options.limits, metrics: metrics, logger: logger)
        let refuse = Refusals(metrics: metrics)
        self.admission = admission
        self.refuse = refuse
        let plain = HTTPServerBuilder { responder in
            FrontChannel(
                responder: responder,
                configuration: configuration,
                paths: paths,
                gate: services.gate,
                limits: options.limits.wire,
                refuse: refuse,
                admission: admission,
                budget: budget
            )
        }
        let certificate = try options.tls.map { try Certificate($0) }
        self.certificate = certificate
        builder = try certificate.map { try .tls(plain, tlsConfiguration: $0.configuration) } ?? plain
    }

    /// A fast path for each event loop.
    private static func paths(
        _ options: ServerOptions,
        _ services: Services,
        _ routes: HotRoutes,
        _ table: OperationTable,
        _ metrics: RequestMetrics,
        _ group: MultiThreadedEventLoopGroup
    ) -> [ObjectIdentifier: FastPath] {
        guard options.hasFastPath else { return [:] }
        var paths: [ObjectIdentifier: FastPath] = [:]
        for loop in group.makeIterator() {
            paths[ObjectIdentifier(loop)] = FastPath(
                services,
                routes: routes,
                table: table,
                metrics: metrics,
                crossOrigin: options.crossOrigin
            )
        }
        return paths
    }

    /// Reads the files of the certificate again, for handshakes from now on. When they cannot be used, the error says
    /// why, and the old certificate stays.
    package func reloadCertificate() throws {
        try certificate?.reload()
    }

    /// In front of all who would take the listener's errors for its end.
    private func keepReserve(at listener: any Channel) async {
        let (admission, refuse, answers) = (admission, refuse, options.tls == nil)
        let added = listener.eventLoop.submit {
            let reserve = DescriptorReserve(admission: admission, refuse: refuse, answers: answers)
            try listener.pipeline.syncOperations.addHandler(reserve, position: .first)
        }
        // A listener that is closed already accepts nobody.
        try? await added.get()
    }

    /// Serves until the task is canceled or told to stop gracefully.
    ///
    /// - Parameter ready: called with the port when connections are accepted.
    package func run(ready: @escaping @Sendable (Int) async -> Void) async throws {
        try await requireAddress()
        try await withGracefulShutdownHandler {
            try await ControlThreads.run(count: options.threadCount) { threads in
                try await application(threads, ready).run()
            }
        } onGracefulShutdown: {
            services.state.startDraining()
        }
        // Commits that are under way still want their event loop. They come within the time of a commit or two.
        for _ in 0..<2000 where paths.values.contains(where: \.isWriting) {
            try? await Task.sleep(for: .milliseconds(5))
        }
        try await group.shutdownGracefully()
    }

    /// Throws when the address cannot be listened on.
    ///
    /// Hummingbird would say so too, but only while its other service starts, and stopping that one at this moment can
    /// deadlock: AsyncAlgorithms' `merge` takes its lock in a cancellation handler, which runs under a task's lock.
    private func requireAddress() async throws {
        if options.port == 0 { return }
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: options.host, port: options.port)
            .get()
        try await listener.close()
    }

    private func application(
        _ threads: ControlThreads,
        _ ready: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        var responder = responder
        responder.threads = threads
        return Application(
            responder: responder,
            server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port),
                serverName: nil,
                backlog: 1024,
                reuseAddress: true,
                availableConnectionsDelegate: Admission.Listener(admission: admission)
            ),
            onServerRunning: { channel in
                await keepReserve(at: channel)
                await ready(channel.localAddress?.port ?? 0)
            },
            eventLoopGroupProvider: .shared(group),
            logger: logger
        )
    }
}
