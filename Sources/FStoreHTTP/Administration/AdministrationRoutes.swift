internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// The server as a whole, for operators: how it is, maintenance, and limits.
struct AdministrationRoutes: Sendable {
    let administration: AdministrationService
    let systemStatus: SystemStatusService

    var operations: [Operation] { [status, maintenance, setMaintenance, limits, setLimits] }

    private var status: Operation {
        Operation(
            "systemStatus",
            .get,
            "/api/v1/admin/system/status",
            owner: .platform,
            access: .role(.operator),
            rate: .read,
            summary: "What the server uses, and how its parts are",
            description: """
                `cpu_usage` is the share of one processor over the last 5 to 10 seconds, `latency_ms` what one read \
                of the values and one of the catalog took just now. `hit_rate` counts, since the start, how often a \
                connection remembered its credential and an event loop a feature or a list of features; a miss is \
                looked up in memory, not on the disk.
                """,
            answers: [DocumentedAnswer(200, "The status.", SystemStatusJSON.schema)]
        ) { call in
            let caller = try call.caller
            return .json(SystemStatusJSON.object(await systemStatus.status(for: caller)).bytes)
        }
    }

    // MARK: Maintenance

    private static let enabled = Field(
        "enabled",
        .boolean,
        isRequired: true,
        "Whether there is maintenance from now on."
    ) { $0.bool }

    private static let message = Field.text(
        "message",
        Schema.label(Maintenance.messageBytes).orNull,
        "What those are told who are turned away, and health: anybody may read it. Of no effect when `enabled` is "
            + "false."
    )

    private static let maintenanceSchema = Schema.named(
        "Maintenance",
        .members(
            .required("enabled", .boolean),
            .required("message", Schema.text(Maintenance.messageBytes).orNull),
            .required("since", ValueSchema.moment.orNull, "When it began.")
        )
    )

    private static func object(_ maintenance: Maintenance?) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("enabled", maintenance != nil)
        object.add("message", maintenance?.message)
        object.add("since", maintenance.map { Timestamp(nanoseconds: $0.since) })
        return object
    }

    private var maintenance: Operation {
        Operation(
            "getMaintenance",
            .get,
            "/api/v1/admin/maintenance",
            owner: .platform,
            access: .role(.operator),
            rate: .read,
            summary: "Whether there is maintenance",
            answers: [DocumentedAnswer(200, "Whether, since when, and the message.", Self.maintenanceSchema)]
        ) { call in
            .json(Self.object(try await administration.maintenance(for: call.caller)).bytes)
        }
    }

    private var setMaintenance: Operation {
        Operation(
            "setMaintenance",
            .post,
            "/api/v1/admin/maintenance",
            owner: .platform,
            access: .role(.operator),
            rate: .write,
            summary: "Begin or end maintenance",
            description: """
                In maintenance the server answers whatever changes something with 503, `Retry-After` and the message. \
                Reads go on, and so do signing in and out, and everything with an operator's credential. It outlasts \
                a restart.
                """,
            body: .json(
                .named("MaintenanceChange", .members(Self.enabled.member, Self.message.member)),
                example: #"{"enabled":true,"message":"System maintenance in progress"}"#
            ),
            answers: [DocumentedAnswer(200, "What counts now.", Self.maintenanceSchema)]
        ) { call in
            let body = try call.json()
            let isWanted = body[Self.enabled] ?? false
            let message = isWanted ? body[Self.message] ?? Maintenance.defaultMessage : nil
            return .json(
                Self.object(try await administration.setMaintenance(message: message, for: call.caller)).bytes
            )
        }
    }

    // MARK: Limits

    private var limits: Operation {
        Operation(
            "getRateLimits",
            .get,
            "/api/v1/admin/rate-limits",
            owner: .house,
            access: .role(.operator),
            rate: .read,
            summary: "The limits of classes, operations and keys",
            description: """
                Every request counts against the limit of its class, which belongs to the key, and against that of \
                its operation, where it has one. A key whose limit is `unlimited` has neither. `keys` has the newest \
                \(AdministrationService.maxShownKeys) of those whose limit is not the documented one.
                """,
            answers: [DocumentedAnswer(200, "The limits.", RateLimitJSON.schema)]
        ) { call in
            .json(RateLimitJSON.object(try await administration.rateLimits(for: call.caller)).bytes)
        }
    }

    private var setLimits: Operation {
        Operation(
            "setRateLimits",
            .put,
            "/api/v1/admin/rate-limits",
            owner: .house,
            access: .role(.operator),
            rate: .write,
            summary: "Set limits of operations and keys",
            description: """
                Those that are named change, all of them or none; the others stay. null takes away the limit that was \
                set. It counts from the next request on, for each credential apart, and outlasts a restart.
                """,
            body: .json(RateLimitJSON.changeSchema, example: #"{"operations":{"listFeatures":{"per_minute":600}}}"#),
            answers: [DocumentedAnswer(200, "The limits that count now.", RateLimitJSON.schema)],
            errors: [404]
        ) { call in
            let body = try call.json()
            try await administration.setRateLimits(
                operations: RateLimitJSON.quotas(body[RateLimitJSON.operations]),
                keys: RateLimitJSON.quotas(body[RateLimitJSON.keys]),
                for: call.caller
            )
            return .json(RateLimitJSON.object(try await administration.rateLimits(for: call.caller)).bytes)
        }
    }
}
