import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreServices
import FStoreTelemetry
import FStoreTestSupport
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

@testable import FStoreHTTP

/// A server of its own for one test: real files, a real socket on a free port. Stops when the test is over.
final class TestServer: Sendable {
    static let operatorKey = "fl_1_" + String(repeating: "operator", count: 5)

    let directory: URL
    let store: FeatureStore
    let catalog: Catalog
    let services: Services
    let registry: MetricsRegistry
    private let place: ServerRoom.Place
    private let fast: Serving
    /// A second server over the same services, without the fast path.
    private let slow: Serving
    var port: Int { fast.port }
    var slowPort: Int { slow.port }

    private struct Serving: Sendable {
        let port: Int
        let group: ServiceGroup
        let task: Task<Void, any Error>

        func stop() async {
            await group.triggerGracefulShutdown()
            _ = try? await task.value
        }
    }

    private let ingesting: Task<Void, Never>?

    /// - Parameters:
    ///   - change: changes the options of the server.
    ///   - ingestion: what the server may read; `nil`: it starts no run.
    init(
        _ change: (inout ServerOptions) -> Void = { _ in },
        ingestion: IngestionSettings? = nil,
        revise: ([FStoreHTTP.Operation]) -> [FStoreHTTP.Operation] = { $0 }
    ) async throws {
        place = await ServerRoom.shared.enter()
        directory = FileManager.default.temporaryDirectory.appending(path: "fstore-http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var storeOptions = StoreOptions()
        storeOptions.durability = .relaxed
        store = try FeatureStore(directory: directory.path, options: storeOptions)
        catalog = try Catalog(directory: directory.path)
        let key = try SealingKey.load(directory: directory.path)
        let sealer = SecretSealer(key: key)
        _ = try await catalog.keepAudit(with: AuditChain(key: key))
        services = Services(
            store: store,
            catalog: catalog,
            sealer: sealer,
            ingestion: ingestion ?? IngestionSettings()
        )
        _ = try await FirstStart.run(catalog, key: try APIKeyCode(Self.operatorKey))
        try await services.reload()
        let jobs = ingestion == nil ? [] : services.ingestion.jobs
        ingesting = jobs.isEmpty ? nil : Task { await JobRunner(jobs) { _, _ in }.run() }
        registry = MetricsRegistry()
        var options = ServerOptions()
        options.port = 0
        options.logging = .failures
        change(&options)
        fast = try await Self.start(services, options, registry, revise)
        options.hasFastPath = false
        slow = try await Self.start(services, options, MetricsRegistry(), revise)
    }

    private static func start(
        _ services: Services,
        _ options: ServerOptions,
        _ registry: MetricsRegistry,
        _ revise: ([FStoreHTTP.Operation]) -> [FStoreHTTP.Operation]
    ) async throws -> Serving {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try Server(services, options: options, registry: registry, logger: logger, revise: revise)
        let ports = AsyncStream<Int>.makeStream()
        let service = ServingService(server: server) { port in ports.continuation.yield(port) }
        // Stopped gracefully, as the program stops: a canceled hummingbird drops connections that it has accepted and
        // not looked at yet, which NIO answers with a fatal error.
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: logger))
        let task = Task {
            defer { ports.continuation.finish() }
            try await group.run()
        }
        var iterator = ports.stream.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await task.value
            throw CancellationError()
        }
        return Serving(port: port, group: group, task: task)
    }

    /// How many requests the fast path has answered so far.
    var fastAnswers: Int {
        let text = String(decoding: registry.render(.prometheus), as: UTF8.self)
        let found = text.firstMatch(of: /\nfstore_http_fast_answers_total (\d+)/)?.1
        return found.flatMap { Int($0) } ?? 0
    }

    /// Stops as a server does that is told to.
    func stop() async throws {
        await fast.stop()
        await slow.stop()
    }

    deinit {
        Task { [store, catalog, fast, slow, place, ingesting] in
            ingesting?.cancel()
            await ingesting?.value
            await fast.stop()
            await slow.stop()
            store.close()
            try? catalog.close()
            withExtendedLifetime(place) {}
        }
        // Now, and not after the stop: the last tests of a run end before their servers have stopped. Open files live on.
        try? FileManager.default.removeItem(at: directory)
    }

    /// Talks over a connection of its own, on a thread of its own: reads wait, and the server needs the threads that
    /// tests run on.
    func talk<Result: Sendable>(
        slowly: Bool = false,
        timeout: Int = 10,
        receiveBytes: Int32? = nil,
        _ body: @escaping @Sendable (HTTPSocket) throws -> Result
    ) async throws -> Result {
        let port = slowly ? slowPort : port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Swift.Result {
                        try body(HTTPSocket(port: port, timeout: timeout, receiveBytes: receiveBytes))
                    }
                )
            }
        }
    }

    /// One request on a connection of its own, with the operator's key or another.
    func request(
        _ method: String,
        _ target: String,
        key: String? = TestServer.operatorKey,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> HTTPSocket.Response {
        let credential = key.map { [("Authorization", "Bearer \($0)")] } ?? []
        return try await talk { socket in
            try socket.request(method, target, headers: credential + headers, body: body)
        }
    }

    /// A key of a new user, or of another organization.
    func key(_ role: Role, organization: String? = nil, quota: Quota = .unlimited) async throws -> String {
        var organizationID: Int64 = 1
        if let organization {
            do {
                organizationID = try await catalog.organization(named: organization).id
            } catch CatalogError.notFound {
                organizationID = try await catalog.createOrganization(name: organization, by: .server).id
            }
        }
        let name = "user-\(UUID().uuidString)"
        let user = try await catalog.createUser(
            NewUser(username: name, role: role),
            organization: organizationID,
            by: .server
        )
        let code = APIKeyCode.generate(userID: user.id)
        let key = NewAPIKey(code: code, name: "test", role: role, quota: quota)
        _ = try await catalog.createKey(key, organization: organizationID, by: .server)
        try await services.keys.reload()
        return code.text
    }
}

private struct ServingService: Service {
    let server: Server
    let ready: @Sendable (Int) async -> Void

    func run() async throws { try await server.run(ready: ready) }
}
