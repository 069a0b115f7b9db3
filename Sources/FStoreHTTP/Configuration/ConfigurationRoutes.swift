internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// `PUT /config` of document 001: the settings of the server. `GET /config` shows them beside the policy of document
/// 002.
struct ConfigurationRoutes: Sendable {
    let configuration: ConfigurationService

    var operations: [Operation] { [update] }

    private static func whole(_ name: StaticString, _ range: ClosedRange<Int>, _ description: String) -> Field<Int> {
        Field(name, .whole(range), description) { $0.integer }
    }

    private static let interval = whole(
        "interval",
        ServerConfiguration.intervals,
        "Seconds from one reading of all enabled sources to the next. 0: they are read when somebody asks for it."
    )
    private static let batchSize = whole(
        "batch_size",
        ServerConfiguration.batchSizes,
        "Rows of a source in one commit."
    )
    private static let maxWorkers = whole(
        "max_workers",
        ServerConfiguration.workerCounts,
        "How many sources are read at a time."
    )
    private static let retentionDays = Field<JSONValue>
        .raw(
            "retention_days",
            Schema.whole(ServerConfiguration.retentionDayCounts).orNull,
            "The default `max_age` of features that sources make from now on; null: their values are kept."
        )
    private static let ingestion = Field<JSONValue>(
        "ingestion",
        Schema.members(interval.member, batchSize.member, maxWorkers.member)
    ) { $0 }
    private static let storage = Field<JSONValue>("storage", Schema.members(retentionDays.member)) { $0 }

    private static let result = Schema.members(
        .required("message", .text(0...255)),
        .required("restart_required", .boolean, "Whether something counts only after the next start.")
    )

    private var update: Operation {
        Operation(
            "updateConfiguration",
            .put,
            "/api/v1/config",
            owner: .ingestion,
            access: .role(.operator),
            rate: .write,
            summary: "Change the settings of the server",
            description: """
                What is left out stays as it is. It is kept over a restart, in the place of the settings of the \
                program. `database` describes the catalog and cannot be changed.
                """,
            body: .json(
                .named("ServerConfiguration", .members(Self.ingestion.member, Self.storage.member)),
                example: #"{"ingestion":{"interval":0,"batch_size":2000},"storage":{"retention_days":60}}"#
            ),
            answers: [DocumentedAnswer(200, "It counts from now on.", Envelope.schema(Self.result))]
        ) { call in
            let body = try call.json()
            var changes: [String: Int64?] = [:]
            for field in [Self.interval, Self.batchSize, Self.maxWorkers] {
                if let value = body[Self.ingestion]?[field] { changes[field.key] = Int64(value) }
            }
            if let days = body[Self.storage]?[Self.retentionDays] {
                changes[Self.retentionDays.key] = .some(days.integer.map { Int64($0) })
            }
            try await configuration.set(changes, for: call.caller)
            var data = JSONObjectText()
            data.add("message", "Configuration updated successfully")
            data.add("restart_required", false)
            return .json(Envelope.open(data, call, message: "Configuration updated successfully").bytes)
        }
    }
}
