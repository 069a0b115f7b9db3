internal import FStore
internal import FStoreText
internal import HTTPTypes

/// Whether the server is well: for people, load balancers and supervisors.
struct HealthRoutes: Sendable {
    let health: Health

    var operations: [Operation] { [root, enveloped, live, ready] }

    private static let healthSchema = Schema.members(
        .required("status", .oneOf(["healthy", "unhealthy", "draining"])),
        .required("version", .text(1...64)),
        .required("timestamp", ValueSchema.moment)
    )

    private static let probeSchema = Schema.members(
        .required("status", .text(1...64)),
        .optional("reason", .text(0...1024))
    )

    private var root: Operation {
        Operation(
            "health",
            .get,
            "/health",
            owner: .platform,
            access: .open,
            rate: .exempt,
            summary: "Health of the service",
            answers: [
                DocumentedAnswer(200, "It is well.", Self.healthSchema),
                DocumentedAnswer(503, "It is not.", Self.healthSchema),
            ]
        ) { call in
            let state = health.state()
            var object = JSONObjectText()
            object.add("status", state.name)
            object.add("version", Health.version)
            object.add("timestamp", call.receivedAt)
            return .json(object.bytes, status: state.status)
        }
    }

    private var enveloped: Operation {
        Operation(
            "apiHealth",
            .get,
            "/api/v1/health",
            owner: .ingestion,
            access: .open,
            rate: .exempt,
            summary: "Health of the service, with its uptime",
            answers: [
                DocumentedAnswer(
                    200,
                    "It is well.",
                    Envelope.schema(
                        .members(
                            .required("status", .text(1...64)),
                            .required("version", .text(1...64)),
                            .required("uptime", .integer(0...Int64.max), "Seconds."),
                            .required("timestamp", ValueSchema.moment)
                        )
                    )
                )
            ],
            errors: [503]
        ) { call in
            let state = health.state()
            var data = JSONObjectText()
            data.add("status", state.name)
            data.add("version", Health.version)
            data.add("uptime", health.uptimeSeconds)
            data.add("timestamp", call.receivedAt)
            return .json(Envelope.open(data, call, message: state.reason).bytes, status: state.status)
        }
    }

    private var live: Operation {
        Operation(
            "live",
            .get,
            "/livez",
            owner: .house,
            access: .open,
            rate: .exempt,
            summary: "Whether the process answers at all",
            answers: [DocumentedAnswer(200, "It does.", Self.probeSchema)]
        ) { _ in
            var object = JSONObjectText()
            object.add("status", "live")
            return .json(object.bytes)
        }
    }

    private var ready: Operation {
        Operation(
            "ready",
            .get,
            "/readyz",
            owner: .house,
            access: .open,
            rate: .exempt,
            summary: "Whether requests are welcome",
            description: "Not while the server stops, and not when it cannot write.",
            answers: [
                DocumentedAnswer(200, "They are.", Self.probeSchema),
                DocumentedAnswer(503, "They are not.", Self.probeSchema),
            ]
        ) { _ in
            let state = health.state()
            var object = JSONObjectText()
            object.add("status", state.status == 200 ? "ready" : state.name)
            object.add("reason", state.reason)
            return .json(object.bytes, status: state.status)
        }
    }
}
