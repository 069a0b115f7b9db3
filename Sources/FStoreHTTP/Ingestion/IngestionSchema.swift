internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText

/// The shapes of jobs.
enum IngestionSchema {
    static let sources = Field.texts(
        "sources",
        .array(.text(1...255, example: "source_1"), 1...1000),
        "Ids or names. If it is left out: all sources that are enabled and idle."
    )

    static let batchSize = Field<Int>(
        "batch_size",
        .whole(ServerConfiguration.batchSizes),
        "Rows in one commit."
    ) { $0.integer }

    static let timeout = Field<Int>(
        "timeout",
        .integer(1...604_800),
        "Seconds after which a source that is still read fails."
    ) { $0.integer }

    static let options = Field<JSONValue>(
        "options",
        Schema.members(batchSize.member, timeout.member).orNull
    ) { $0 == .null ? nil : $0 }

    static let start = Schema.named("IngestionStart", .members(sources.member, options.member))

    static let job = Field.text("job_id", .text(1...64, example: "job_01KAK0000000000000000000"), "One job.")
    static let stop = Schema.named("IngestionStop", .members(job.member))

    private static let count = Schema.integer(0...Int64.max)
    static let states = ["running", "completed", "failed", "stopped"]
    private static let runStates = ["waiting", "running", "completed", "failed", "stopped"]

    static let started = Schema.members(
        .required("job_id", .text(1...64)),
        .required("status", .oneOf(["started"])),
        .required("estimated_duration", count, "Seconds, from earlier runs; the first time from the size.")
    )

    private static let run = Schema.members(
        .required("source_id", .text(1...64)),
        .required("status", .oneOf(runStates)),
        .required("attempts", count),
        .required("records_processed", count),
        .required("errors", count),
        .required("started_at", ValueSchema.moment.orNull),
        .required("completed_at", ValueSchema.moment.orNull),
        .required("error", .text(0...65_536).orNull, "Why it failed, or why it is tried again.")
    )

    static let jobObject = Schema.named(
        "IngestionJob",
        .members(
            .required("id", .text(1...64)),
            .required("status", .oneOf(states)),
            .required("started_at", ValueSchema.moment),
            .required("completed_at", ValueSchema.moment.orNull),
            .required("progress", .integer(0...100), "Percent."),
            .required("records_processed", count, "Rows that were stored."),
            .required("errors", count, "Rows that were rejected."),
            .required("total_records", count, "Both together."),
            .required("duration", count.orNull, "Seconds; null as long as it goes on."),
            .required("runs", .array(run, 0...100_000))
        )
    )

    static let status = Schema.members(
        .required("is_running", .boolean),
        .required("current_job", jobObject.orNull, "The oldest one that goes on."),
        .required("last_completed", jobObject.orNull),
        .required("jobs", .array(jobObject, 0...100_000), "All that go on.")
    )
}
