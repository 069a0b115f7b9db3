internal import FStoreServices
internal import FStoreTelemetry

/// Everything that the server does, in the order in which the documents list it.
enum Operations {
    static func table(
        _ services: Services,
        registry: MetricsRegistry,
        options: ServerOptions,
        revise: ([Operation]) -> [Operation] = { $0 }
    ) -> OperationTable {
        var operations: [Operation] = []
        operations += FeatureRoutes(features: services.features).operations
        operations += ValueRoutes(values: services.values, features: services.features).operations
        operations += OnlineRoutes(values: services.values, features: services.features).operations
        operations += EntityRoutes(values: services.values).operations
        operations += SourceRoutes(sources: services.sources).operations
        operations += KeyRoutes(keys: services.keys).operations
        operations += HealthRoutes(health: services.health).operations
        operations += MetricsRoutes(registry: registry, isPublic: options.hasPublicMetrics).operations
        operations = revise(operations)
        let assets = DocumentationAssets(directory: options.documentationAssets)
        // What describes the operations is described itself, so it is there twice: first empty, for its shape.
        func described(_ document: [UInt8], _ page: String) -> [Operation] {
            operations + OpenAPIRoutes(document: OpenAPIRoutes.Document(document)).operations
                + DocumentationRoutes(assets: assets, plainPage: page).operations
        }
        let shapes = described([], "")
        let page = PlainPage(operations: shapes, styleAddress: assets.address("page.css")).html
        return OperationTable(described(OpenAPIDocument(operations: shapes).bytes, page))
    }
}
