internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreHTTP
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreTelemetry
internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// `fstore serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the HTTP API."
    )

    @Option(help: "The directory of the store and the catalogue.")
    var data = "data"

    @Option(help: "Address and port to listen on.")
    var listen = "127.0.0.1:8000"

    func run() throws {
        try Blocking.run { [self] in try await serve() }
    }

    private func serve() async throws {
        Telemetry.startLogging(format: .plain, level: .info, output: .standardError)
        let logger = Logger(label: "fstore")
        let store = try FeatureStore(directory: data)
        let catalog = try Catalog(directory: data)
        let sealer = SecretSealer(key: try SealingKey.load(directory: data))
        let services = Services(store: store, catalog: catalog, sealer: sealer)
        let given = try ProcessEnvironment.value("FSTORE_BOOTSTRAP_KEY").map { try APIKeyCode($0) }
        let made = try await FirstStart.run(catalog, key: given)
        try await services.keys.reload()
        var options = ServerOptions()
        let parts = listen.split(separator: ":")
        options.host = String(parts.first ?? "127.0.0.1")
        options.port = parts.count > 1 ? Int(parts[1]) ?? 8000 : 8000
        let server = try Server(services, options: options, registry: MetricsRegistry(), logger: logger)
        let host = options.host
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    ServerService(server: server) { port in
                        print("FStore listens on http://\(host):\(port)")
                        if let made { print("The first key, shown this once: \(made.text)") }
                        fflush(nil)
                    }
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
        store.close()
        try catalog.close()
    }
}

private struct ServerService: Service {
    let server: Server
    let ready: @Sendable (Int) async -> Void

    func run() async throws { try await server.run(ready: ready) }
}

enum ProcessEnvironment {
    static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
