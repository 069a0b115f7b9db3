package import FStore
package import FStoreCatalog
package import FStoreSecurity

/// The use cases of one running server, over one store and one catalog.
package struct Services: Sendable {
    package let gate: Gate
    package let state: ServerState
    package let time: TimeSource
    package let features: FeatureService
    package let values: ValueService
    package let sources: SourceService
    package let ingestion: IngestionService
    package let training: TrainingService
    package let data: DataService
    package let exports: ExportService
    package let webhooks: WebhookService
    package let configuration: ConfigurationService
    package let keys: KeyService
    package let users: UserService
    package let organizations: OrganizationService
    package let audit: AuditService
    package let teams: TeamService
    package let patterns: PatternService
    package let policies: PolicyService
    package let patternMetrics: PatternMetricService
    package let sessions: SessionService
    package let accounts: AccountService
    package let health: HealthService
    package let administration: AdministrationService
    package let systemStatus: SystemStatusService
    /// The limits of operations, which a server tells what operations there are.
    package let limits: OperationLimits
    package let caches: CacheStatistics
    private let watch: CatalogWatch

    /// - Parameter audit: made of the same catalog; who makes it decides where its failures are reported.
    package init(
        store: FeatureStore,
        catalog: Catalog,
        sealer: SecretSealer,
        audit: AuditService? = nil,
        accounts rules: AccountRules = AccountRules(),
        limitsAddresses: Bool = false,
        ingestion settings: IngestionSettings = IngestionSettings(),
        reportIngestion: @escaping @Sendable (IngestionNote) -> Void = { _ in },
        time: TimeSource = .system
    ) {
        let audit = audit ?? AuditService(catalog: catalog)
        self.audit = audit
        let credentials = CredentialTable()
        let table = SessionTable()
        state = ServerState()
        let quotas = QuotaTable()
        limits = OperationLimits()
        caches = CacheStatistics()
        gate = Gate(
            credentials: credentials,
            sessions: table,
            addresses: AddressLimits(isOn: limitsAddresses),
            quotas: quotas,
            state: state,
            limits: limits
        )
        self.time = time
        features = FeatureService(store: store, audit: audit)
        values = ValueService(store: store, audit: audit, quotas: quotas, time: time)
        let controls = RunControls()
        sources = SourceService(catalog: catalog, sealer: sealer, controls: controls)
        training = TrainingService(store: store, catalog: catalog)
        data = DataService(store: store, catalog: catalog)
        webhooks = WebhookService(catalog: catalog, sealer: sealer, settings: settings)
        exports = ExportService(store: store, catalog: catalog)
        configuration = ConfigurationService(catalog: catalog, settings: settings)
        ingestion = IngestionService(
            store: store,
            catalog: catalog,
            sealer: sealer,
            audit: audit,
            quotas: quotas,
            state: state,
            settings: settings,
            configuration: configuration.live,
            controls: controls,
            report: reportIngestion
        )
        keys = KeyService(catalog: catalog, table: credentials)
        teams = TeamService(catalog: catalog)
        patterns = PatternService(catalog: catalog, time: time)
        policies = PolicyService(catalog: catalog)
        patternMetrics = PatternMetricService(catalog: catalog)
        sessions = SessionService(catalog: catalog, table: table, sealer: sealer, time: time)
        // Who is disabled, removed or given another role is so for keys and sessions alike.
        let reload: @Sendable () async throws -> Void = { [keys, sessions] in
            try await keys.reload()
            try await sessions.reload()
        }
        users = UserService(catalog: catalog, reload: reload)
        organizations = OrganizationService(
            catalog: catalog,
            store: store,
            quotas: quotas,
            reloadCredentials: reload
        )
        accounts = AccountService(catalog: catalog, sessions: sessions, keys: keys, rules: rules, time: time)
        watch = CatalogWatch(catalog: catalog)
        health = HealthService(store: store, state: state, time: time)
        administration = AdministrationService(catalog: catalog, state: state, limits: limits, keys: keys)
        systemStatus = SystemStatusService(
            store: store,
            catalog: catalog,
            health: health,
            caches: caches,
            ingestion: ingestion.meter,
            time: time
        )
    }

    /// What the server does beside the requests.
    package var jobs: [Job] {
        [watch.job(reload)] + keys.jobs + sessions.jobs + organizations.jobs + audit.jobs + systemStatus.jobs
            + ingestion.jobs + exports.jobs + webhooks.jobs
    }

    /// Reads from the catalog what is kept in memory: credentials, and what operators have set.
    @Sendable package func reload() async throws(CatalogError) {
        try await keys.reload()
        try await sessions.reload()
        try await organizations.reload()
        try await administration.reload()
        try await configuration.reload()
    }
}
