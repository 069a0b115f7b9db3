internal import FStore
internal import FStoreServices
internal import FStoreText

/// The status of the system as document 003 shows it, its texts beside numbers.
enum SystemStatusJSON {
    static let schema = Schema.named(
        "SystemStatus",
        .members(
            .required("services", .array(service, 1...16)),
            .required("database", database),
            .required("cache", cache)
        )
    )

    private static let service = Schema.members(
        .required("name", .text(1...64)),
        .required("status", .oneOf(["running", "maintenance", "stopping", "failing"])),
        .required("uptime", .integer(0...Int64.max), "Seconds."),
        .required("memory_usage", .text(1...64), "Memory in RAM, in units of 1 048 576 bytes: `256MB`."),
        .required("cpu_usage", .text(1...64), "Of one processor: `10%`; more than `100%` on several."),
        .required("memory_usage_bytes", Schema.integer(0...Int64.max).orNull),
        .required("cpu_usage_percent", Schema.number.orNull)
    )

    private static let database = Schema.members(
        .required("status", .oneOf(["connected", "read_only", "disconnected"])),
        .required("reason", Schema.text(0...4096).orNull, "What is wrong; null when it is connected."),
        .required("latency_ms", .number, "One read of the values, and one of the catalog."),
        .required("values_latency_ms", Schema.number.orNull),
        .required("catalog_latency_ms", Schema.number.orNull)
    )

    private static let cache = Schema.members(
        .required("status", .oneOf(["connected"]), "The caches are in the server's memory."),
        .required("hit_rate", .number, "0 to 1; 0 before the first look-up."),
        .required("hits", .integer(0...Int64.max)),
        .required("lookups", .integer(0...Int64.max))
    )

    static func object(_ status: SystemStatusService.Status) -> JSONObjectText {
        var service = JSONObjectText()
        service.add("name", "api")
        service.add("status", serviceStatus(status.condition))
        service.add("uptime", status.uptimeSeconds)
        service.add("memory_usage", status.residentBytes.map { "\(($0 + 524_288) / 1_048_576)MB" } ?? "unknown")
        service.add("cpu_usage", status.processorPercent.map { "\(Int($0.rounded()))%" } ?? "unknown")
        service.add("memory_usage_bytes", status.residentBytes.map { FeatureValue.int64(Int64($0)) })
        add("cpu_usage_percent", status.processorPercent, to: &service)

        let (values, catalog) = (status.values, status.catalog)
        let problem = values.problem ?? catalog.problem
        var database = JSONObjectText()
        database.add(
            "status",
            problem != nil ? "disconnected" : status.obstacle != nil ? "read_only" : "connected"
        )
        database.add("reason", problem ?? status.obstacle)
        database.add("latency_ms", rounded((values.milliseconds ?? 0) + (catalog.milliseconds ?? 0)))
        add("values_latency_ms", values.milliseconds, to: &database)
        add("catalog_latency_ms", catalog.milliseconds, to: &database)

        var cache = JSONObjectText()
        cache.add("status", "connected")
        cache.add("hit_rate", status.caches.hitRate)
        cache.add("hits", status.caches.hits)
        cache.add("lookups", status.caches.lookups)

        var object = JSONObjectText()
        object.add("services", [service])
        object.add("database", database)
        object.add("cache", cache)
        return object
    }

    private static func serviceStatus(_ condition: HealthService.Condition) -> String {
        switch condition {
        case .healthy: "running"
        case .maintenance: "maintenance"
        case .draining: "stopping"
        case .unhealthy: "failing"
        }
    }

    private static func add(_ name: String, _ number: Double?, to object: inout JSONObjectText) {
        if let number { object.add(name, rounded(number)) } else { object.add(name, String?.none) }
    }

    /// To thousandths: more would say what nobody has measured.
    private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}
