internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// `/config` of documents 001 and 002: the settings of the server, and the policy of an organization or a team.
struct PolicyRoutes: Sendable {
    let policies: PolicyService
    let configuration: ConfigurationService

    var operations: [Operation] { [get, set] }

    private static let team = QueryField.integer(
        "team_id",
        1...Int.max,
        "The number of a team, for its settings in place of the organization's."
    )

    private var get: Operation {
        Operation(
            "getConfiguration",
            .get,
            "/api/v1/config",
            owner: .teams,
            access: .role(.viewer),
            rate: .read,
            summary: "Get the configuration",
            description: """
                `data` has the settings of the server, `config` those of the organization. With `team_id` it has those \
                of a team: the organization's, and in their place what the team has set and the organization does not \
                enforce. Members and administrators see them.
                """,
            parameters: [Self.team.parameter],
            answers: [DocumentedAnswer(200, "The configuration.", PolicySchema.answer)],
            errors: [404]
        ) { call in
            let policy = try await policies.policy(team: Self.team(call), for: call.caller)
            return try reply(policy, call)
        }
    }

    private var set: Operation {
        Operation(
            "setConfiguration",
            .post,
            "/api/v1/config",
            owner: .teams,
            access: .role(.admin),
            rate: .write,
            summary: "Change the configuration",
            description: """
                What is left out stays as it is. With `team_id` it is a team's: another value for a setting that the \
                organization enforces is 403, and a value that is the organization's ends the team's own, so that it \
                follows the organization's from then on.
                """,
            parameters: [Self.team.parameter],
            body: .json(
                PolicySchema.update,
                example: #"{"min_confidence_threshold":0.9,"security_checks_required":true,"auto_sync_enabled":true}"#
            ),
            answers: [DocumentedAnswer(200, "The configuration as it is now.", PolicySchema.answer)],
            errors: [404]
        ) { call in
            let body = try call.json()
            let values = PolicyValues(
                minConfidenceThreshold: body[PolicySchema.threshold],
                securityChecksRequired: body[PolicySchema.checks],
                autoSyncEnabled: body[PolicySchema.autoSync]
            )
            let policy = try await policies.set(
                values,
                enforced: body[PolicySchema.enforced],
                team: Self.team(call),
                for: call.caller
            )
            return try reply(policy, call)
        }
    }

    private static func team(_ call: Call) throws -> Int64? { try call.query(team).map(Int64.init) }

    private func reply(_ policy: Policy, _ call: Call) throws -> Reply {
        var config = JSONObjectText()
        config.add(PolicySchema.threshold.key, policy.minConfidenceThreshold)
        config.add(PolicySchema.checks.key, policy.securityChecksRequired)
        config.add(PolicySchema.autoSync.key, policy.autoSyncEnabled)
        let settings = configuration.configuration(for: try call.caller)
        var object = Envelope.open(Self.server(settings), call)
        object.add("config", config)
        object.add("enforced_settings", policy.enforced.map(\.rawValue))
        object.add("team_id", policy.teamID.map(FeatureValue.int64))
        object.add("organization_id", try call.caller.organizationID)
        return .json(object.bytes)
    }

    /// The settings of the server, as document 001 names them.
    private static func server(_ settings: ServerConfiguration) -> JSONObjectText {
        var ingestion = JSONObjectText()
        ingestion.add("interval", settings.interval)
        ingestion.add("batch_size", settings.batchSize)
        ingestion.add("max_workers", settings.maxWorkers)
        var database = JSONObjectText()
        database.add("type", "sqlite")
        database.add("host", "localhost")
        database.add("port", 0)
        database.add("name", ServerConfiguration.databaseName)
        var storage = JSONObjectText()
        storage.add("type", "local")
        storage.add("path", ServerConfiguration.storagePath)
        storage.add("retention_days", settings.retentionDays.map { .int64(Int64($0)) } as FeatureValue?)
        var data = JSONObjectText()
        data.add("ingestion", ingestion)
        data.add("database", database)
        data.add("storage", storage)
        return data
    }
}
