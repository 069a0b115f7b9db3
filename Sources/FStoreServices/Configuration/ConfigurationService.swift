package import FStoreCatalog
package import FStoreIdentity
internal import Synchronization

/// What operators set about the server while it runs. It is kept in the catalog, counts at once, and outlasts a
/// restart.
package struct ConfigurationService: Sendable {
    private let catalog: Catalog
    private let settings: IngestionSettings
    let live: LiveConfiguration

    init(catalog: Catalog, settings: IngestionSettings) {
        self.catalog = catalog
        self.settings = settings
        live = LiveConfiguration(ServerConfiguration(settings))
    }

    /// What counts now.
    package func configuration(for caller: Principal) -> ServerConfiguration { live.value }

    /// Changes what is given, by the names of document 001.
    package func set(_ changes: [String: Int64?], for caller: Principal) async throws(CatalogError) {
        try await catalog.setConfiguration(changes, by: AuditActor(caller))
        try await reload()
    }

    /// Reads what is set from the catalog, and makes it count.
    func reload() async throws(CatalogError) {
        let stored = try await catalog.serverSettings().configuration
        live.replace(with: ServerConfiguration(settings, stored: stored))
    }
}

/// The configuration that counts, in memory.
final class LiveConfiguration: Sendable {
    private let state: Mutex<ServerConfiguration>

    init(_ configuration: ServerConfiguration) {
        state = Mutex(configuration)
    }

    var value: ServerConfiguration { state.withLock { $0 } }

    func replace(with configuration: ServerConfiguration) { state.withLock { $0 = configuration } }
}
