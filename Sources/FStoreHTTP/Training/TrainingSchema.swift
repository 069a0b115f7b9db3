internal import FStore
internal import FStoreText

/// The shape of a training set as JSON.
enum TrainingSchema {
    /// What is asked for, in the words of the request.
    struct Question: Sendable {
        var features: [String] = []
        var entity = "entity_id"
        var time = "timestamp"
        var known = "now"
        var maxAge: String?
        var hasStatuses = false
        var hasEventTimes = false
        var echoes = true
        /// The rows of a JSON body.
        var rows: [JSONMember]?
    }

    static let body = Schema.named(
        "TrainingRead",
        .members(
            rows.member,
            features.member,
            entity.member,
            time.member,
            known.member,
            maxAge.member,
            statuses.member,
            eventTimes.member,
            echo.member
        )
    )

    /// A table alone.
    static let columns = Schema.named("TableColumns", .members(rows.member))

    static let rows = Field(
        "rows",
        .object(Schema.ObjectRule(members: [], others: .array(.anything, 0...10_000_000), count: 1...10_000)),
        isRequired: true,
        "The columns: for each name an array with one cell for each row."
    ) { $0.members }
    private static let features = Field.texts(
        "features",
        .array(.text(1...255), 0...OnlineSchema.maxFeatures),
        "UUIDs or names."
    )
    private static let entity = Field.text("entity", .text(1...255), "The column of the entities: `entity_id`.")
    private static let time = Field.text("time", .text(1...255), "The column of the moments: `timestamp`.")
    private static let known = Field.text("known", .text(1...64), "`now`, `row` or a time.")
    private static let maxAge = Field.text("max_age", FeatureSchema.duration, "Such as `7d`.")
    private static let statuses = Field.flag("statuses", "Adds a column `<feature>__status` behind each feature.")
    private static let eventTimes = Field.flag(
        "event_times",
        "Adds a column `<feature>__event_time` behind each feature."
    )
    private static let echo = Field.flag("echo", "Whether the answer repeats the columns of the rows: `true`.")

    static func question(_ body: JSONValue) -> Question {
        var question = Question()
        question.features = body[features] ?? []
        question.entity = body[entity] ?? question.entity
        question.time = body[time] ?? question.time
        question.known = body[known] ?? question.known
        question.maxAge = body[maxAge]
        question.hasStatuses = body[statuses] ?? false
        question.hasEventTimes = body[eventTimes] ?? false
        question.echoes = body[echo] ?? true
        question.rows = body[rows]
        return question
    }
}
