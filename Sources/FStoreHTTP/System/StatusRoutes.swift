internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreTelemetry
internal import FStoreText
internal import HTTPTypes
internal import NIOCore

/// What the server does and uses, in numbers (document 001).
struct StatusRoutes: Sendable {
    let status: SystemStatusService
    let registry: MetricsRegistry
    /// Whether anybody may read the measurements for Prometheus, or only operators.
    let isPublic: Bool

    var operations: [Operation] { [getStatus, metrics] }

    private static let count = Schema.integer(0...Int64.max)

    private static let statusShape = Schema.members(
        .required(
            "ingestion",
            .members(
                .required("is_running", .boolean),
                .required("last_cycle", ValueSchema.moment.orNull, "When a job last completed."),
                .required("cycles_completed", count, "Jobs that completed, of those that are kept."),
                .required("errors_count", count, "Jobs that failed, of those that are kept."),
                .required("failing_sources", count, "Sources that could not be read the last time."),
                .required("failing_features", count, "Features whose query failed the last time.")
            )
        ),
        .required(
            "database",
            .members(
                .required("connected", .boolean),
                .required("pool_size", count, "Connections to the catalog, at most."),
                .required("active_connections", count, "Those that are in use at this moment.")
            )
        ),
        .required(
            "storage",
            .members(
                .required("type", .oneOf(["local"])),
                .required("available_space", .text(1...32), "Such as 1.5GB."),
                .required("available_space_bytes", count),
                .required("total_records", count, "Rows that the organization's sources have stored.")
            )
        )
    )

    private var getStatus: Operation {
        Operation(
            "getStatus",
            .get,
            "/api/v1/status",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "See what the service does",
            answers: [DocumentedAnswer(200, "The status.", Envelope.schema(Self.statusShape))]
        ) { call in
            let found = try await status.service(for: call.caller)
            var ingestion = JSONObjectText()
            ingestion.add("is_running", found.isRunning)
            ingestion.add("last_cycle", found.lastCycle.map { Timestamp(nanoseconds: $0) })
            ingestion.add("cycles_completed", found.completed)
            ingestion.add("errors_count", found.failed)
            ingestion.add("failing_sources", found.failingSources)
            ingestion.add("failing_features", found.failingFeatures)
            var database = JSONObjectText()
            database.add("connected", true)
            database.add("pool_size", found.poolSize)
            database.add("active_connections", found.activeConnections)
            var storage = JSONObjectText()
            storage.add("type", "local")
            storage.add("available_space", Self.size(found.availableBytes))
            storage.add("available_space_bytes", found.availableBytes)
            storage.add("total_records", found.totalRecords)
            var data = JSONObjectText()
            data.add("ingestion", ingestion)
            data.add("database", database)
            data.add("storage", storage)
            return .json(Envelope.open(data, call).bytes)
        }
    }

    /// Bytes as document 001 writes them: `1.5GB`.
    static func size(_ bytes: Int) -> String {
        let units = ["B", "KB", "MB", "GB", "TB", "PB"]
        var (amount, unit) = (Double(bytes), 0)
        while amount >= 1024, unit < units.count - 1 { (amount, unit) = (amount / 1024, unit + 1) }
        if unit == 0 { return "\(bytes)B" }
        let tenths = Int((amount * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)\(units[unit])"
    }

    private static let metricsShape = Schema.members(
        .required(
            "system",
            .members(
                .required("cpu_usage", .number, "Percent of one processor, over the last seconds."),
                .required("memory_usage", .number, "MiB in RAM."),
                .required("disk_usage", .number, "MiB of the values and the catalog.")
            )
        ),
        .required(
            "ingestion",
            .members(
                .required("records_per_second", .number, "Rows that were stored, over the last seconds."),
                .required("error_rate", .number, "The share of rows that were rejected, 0 to 1."),
                .required("active_jobs", count, "Jobs of the organization that go on.")
            )
        ),
        .required(
            "database",
            .members(
                .required("connections", count, "Connections to the catalog that are in use."),
                .required("query_time", .number, "Seconds that one query of the catalog took just now.")
            )
        )
    )

    private var metrics: Operation {
        Operation(
            "getMetrics",
            .get,
            "/api/v1/metrics",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "Measurements as JSON",
            description: "With `Accept: text/plain` or OpenMetrics: the measurements that /metrics has for Prometheus.",
            answers: [DocumentedAnswer(200, "The measurements.", Envelope.schema(Self.metricsShape))]
        ) { call in
            let accept = call.headers[values: .accept].joined(separator: ",")
            let role = try call.caller.role
            if accept.contains("text/plain") || accept.contains("openmetrics"), isPublic || role == .operator {
                let format = ExpositionFormat(accept: accept)
                let text = ByteBuffer(bytes: registry.render(format))
                return Reply(status: 200, mediaType: format.contentType, body: .bytes(text))
            }
            let found = try await status.metrics(for: call.caller)
            var system = JSONObjectText()
            system.add("cpu_usage", found.processorPercent)
            system.add("memory_usage", found.residentBytes / 1_048_576)
            system.add("disk_usage", found.diskBytes / 1_048_576)
            var ingestion = JSONObjectText()
            ingestion.add("records_per_second", found.recordsPerSecond)
            ingestion.add("error_rate", found.errorRate)
            ingestion.add("active_jobs", found.activeJobs)
            var database = JSONObjectText()
            database.add("connections", found.connections)
            database.add("query_time", found.querySeconds)
            var data = JSONObjectText()
            data.add("system", system)
            data.add("ingestion", ingestion)
            data.add("database", database)
            return .json(Envelope.open(data, call).bytes)
        }
    }
}
