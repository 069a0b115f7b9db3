internal import FStoreIdentity
internal import FStore
internal import FStoreServices
internal import FStoreText
internal import FStoreWire
internal import HTTPTypes

/// Whether the server is well: for people, load balancers and supervisors.
struct HealthRoutes: Sendable {
    let health: HealthService

    var operations: [Operation] { [root, enveloped, live, ready] }

    private static let healthSchema = Schema.members(
        .required("status", .oneOf(HealthService.Condition.allCases.map(\.rawValue))),
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
                DocumentedAnswer(200, "The service works. In maintenance it only reads.", Self.healthSchema),
                DocumentedAnswer(503, "The service does not work, or is stopping.", Self.healthSchema),
            ]
        ) { call in
            let report = health.report()
            var object = JSONObjectText()
            object.add("status", report.condition.rawValue)
            object.add("version", ProgramVersion.text)
            object.add("timestamp", call.receivedAt)
            return .json(object.bytes, status: Self.status(report))
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
                    "The service works. In maintenance it only reads.",
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
            let report = health.report()
            var data = JSONObjectText()
            data.add("status", report.condition.rawValue)
            data.add("version", ProgramVersion.text)
            data.add("uptime", health.uptimeSeconds)
            data.add("timestamp", call.receivedAt)
            return .json(
                Envelope.open(data, call, message: report.reason).bytes,
                status: Self.status(report)
            )
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
            hot: .live,
            summary: "Liveness",
            answers: [DocumentedAnswer(200, "The process answers.", Self.probeSchema)]
        ) { _ in .json(Self.liveBody) }
    }

    /// What the probes answer, on the event loop or off it.
    static let liveBody = Array(#"{"status":"live"}"#.utf8)

    static func readyBody(_ report: HealthService.Report) -> [UInt8] {
        var object = JSONObjectText()
        object.add("status", report.condition == .healthy ? "ready" : report.condition.rawValue)
        object.add("reason", report.reason)
        return object.bytes
    }

    static func status(_ report: HealthService.Report) -> Int { report.condition.isServing ? 200 : 503 }

    private var ready: Operation {
        Operation(
            "ready",
            .get,
            "/readyz",
            owner: .house,
            access: .open,
            rate: .exempt,
            hot: .ready,
            summary: "Readiness",
            description: """
                503 while the server is stopping, or cannot read or write. 200 in maintenance, with the `status` \
                `maintenance`: reads go on, so a load balancer must not take the server away.
                """,
            answers: [
                DocumentedAnswer(200, "The server takes requests.", Self.probeSchema),
                DocumentedAnswer(503, "The server does not take requests; `reason` says why.", Self.probeSchema),
            ]
        ) { _ in
            let report = health.report()
            return .json(Self.readyBody(report), status: Self.status(report))
        }
    }
}
