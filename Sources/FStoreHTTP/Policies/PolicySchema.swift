internal import FStoreCatalog
internal import FStoreServices

/// The shapes of `/config`: the settings of the server that document 001 has there, and the policy that document 002
/// has.
enum PolicySchema {
    static let threshold = Field(
        "min_confidence_threshold",
        .numberWithin(0...1),
        "The confidence from which on a pattern is applied."
    ) { $0.double }
    static let checks = Field.flag("security_checks_required", "Whether security checks must run.")
    static let autoSync = Field.flag("auto_sync_enabled", "Whether patterns are synchronized by themselves.")
    static let enforced = Field(
        "enforced_settings",
        settings,
        "The settings for which no team may have another value, all of them. Of the organization alone."
    ) { $0.texts?.compactMap(PolicySetting.init) }

    private static let settings = Schema.array(
        .oneOf(PolicySetting.allCases.map(\.rawValue)),
        0...PolicySetting.allCases.count
    )

    static let update = Schema.named(
        "ConfigurationUpdate",
        .members(threshold.member, checks.member, autoSync.member, enforced.member)
    )

    private static let server = Schema.members(
        .required(
            "ingestion",
            .members(
                .required(
                    "interval",
                    .integer(0...Int64.max),
                    "Seconds from one reading of all sources to the next; 0: when somebody asks for it."
                ),
                .required("batch_size", .integer(1...Int64.max), "Rows of a source in one commit."),
                .required("max_workers", .integer(1...Int64.max))
            )
        ),
        .required(
            "database",
            .members(
                .required("type", .text(1...64)),
                .required("host", .text(1...255)),
                .required("port", .integer(0...65_535), "0: the database is in the process."),
                .required("name", .text(1...255), "A file in the data directory.")
            )
        ),
        .required(
            "storage",
            .members(
                .required("type", .text(1...64)),
                .required("path", .text(1...255), "A file in the data directory."),
                .required(
                    "retention_days",
                    Schema.whole(ServerConfiguration.retentionDayCounts).orNull,
                    "The default `max_age` of features that sources make."
                )
            )
        )
    )

    static let answer = Schema.named(
        "Configuration",
        .members(
            Envelope.members(server) + [
                .required(
                    "config",
                    .members(
                        .required(threshold.key, threshold.schema),
                        .required(checks.key, checks.schema),
                        .required(autoSync.key, autoSync.schema)
                    )
                ),
                .required("enforced_settings", settings),
                .required("team_id", Schema.integer(1...Int64.max).orNull, "Null for the organization."),
                .required("organization_id", .integer(1...Int64.max)),
            ]
        )
    )
}
