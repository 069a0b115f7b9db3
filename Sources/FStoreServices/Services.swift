package import FStore
package import FStoreCatalog
package import FStoreSecurity

/// The use cases of one running server, over one store and one catalog.
package struct Services: Sendable {
    package let store: FeatureStore
    package let keyTable: KeyTable
    package let features: FeatureService
    package let sources: SourceService
    package let keys: KeyService

    package init(store: FeatureStore, catalog: Catalog, sealer: SecretSealer) {
        self.store = store
        keyTable = KeyTable()
        features = FeatureService(store: store)
        sources = SourceService(catalog: catalog, sealer: sealer)
        keys = KeyService(catalog: catalog, table: keyTable)
    }
}
