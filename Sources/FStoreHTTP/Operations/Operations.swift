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
        operations += FeatureRoutes(
            features: services.features,
            materializations: services.ingestion.materializations
        )
        .operations.grouped(.features)
        operations += ValueRoutes(values: services.values, features: services.features).operations.grouped(.values)
        operations += OnlineRoutes(values: services.values, features: services.features).operations.grouped(.values)
        operations += TableWriteRoutes(values: services.values, features: services.features).operations
            .grouped(.values)
        operations += TrainingRoutes(training: services.training, features: services.features).operations
            .grouped(.training)
        operations += EntityRoutes(values: services.values).operations.grouped(.values)
        operations += SourceRoutes(sources: services.sources).operations.grouped(.sources)
        operations += SourceReadingRoutes(sources: services.sources, ingestion: services.ingestion).operations
            .grouped(.sources)
        operations += IngestionRoutes(ingestion: services.ingestion).operations.grouped(.ingestion)
        operations += DataRoutes(data: services.data).operations.grouped(.data)
        operations += ExportRoutes(exports: services.exports).operations.grouped(.data)
        operations += WebhookRoutes(webhooks: services.webhooks).operations.grouped(.webhooks)
        operations += PatternRoutes(patterns: services.patterns).operations.grouped(.patterns)
        operations += PatternMetricRoutes(metrics: services.patternMetrics).operations.grouped(.patterns)
        operations += TeamRoutes(teams: services.teams).operations.grouped(.teams)
        operations += PolicyRoutes(policies: services.policies, configuration: services.configuration)
            .operations.grouped(.teams)
        operations += ConfigurationRoutes(configuration: services.configuration).operations.grouped(.administration)
        operations += RegistrationRoutes(accounts: services.accounts).operations.grouped(.accounts)
        operations += AccountRoutes(accounts: services.accounts, sessions: services.sessions).operations
            .grouped(.accounts)
        operations += SessionRoutes(accounts: services.accounts, sessions: services.sessions).operations
            .grouped(.accounts)
        operations += KeyRoutes(keys: services.keys).operations.grouped(.keys)
        operations += UserRoutes(users: services.users, accounts: services.accounts).operations
            .grouped(.users)
        operations += OrganizationRoutes(organizations: services.organizations).operations.grouped(.organizations)
        operations += AuditRoutes(audit: services.audit).operations.grouped(.audit)
        operations += AdministrationRoutes(
            administration: services.administration,
            systemStatus: services.systemStatus
        )
        .operations.grouped(.administration)
        operations += HealthRoutes(health: services.health).operations.grouped(.health)
        operations += MetricsRoutes(registry: registry, isPublic: options.hasPublicMetrics).operations
            .grouped(.health)
        operations += StatusRoutes(
            status: services.systemStatus,
            registry: registry,
            isPublic: options.hasPublicMetrics
        )
        .operations.grouped(.health)
        operations += LogRoutes(ring: options.logRing).operations.grouped(.administration)
        operations = revise(operations)
        let assets = DocumentationAssets(directory: options.documentationAssets)
        // What describes the operations is described itself, so it is there twice: first empty, for its shape.
        func described(_ document: [UInt8], _ page: String) -> [Operation] {
            operations + WelcomeRoutes(styleAddress: assets.address("page.css")).operations
                + OpenAPIRoutes(document: OpenAPIRoutes.Document(document)).operations
                + DocumentationRoutes(assets: assets, plainPage: page).operations
        }
        let shapes = described([], "")
        let page = PlainPage(operations: shapes, styleAddress: assets.address("page.css")).html
        return OperationTable(described(OpenAPIDocument(operations: shapes).bytes, page))
    }
}
