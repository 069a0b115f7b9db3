internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// What developers report of patterns, as document 002 has it, and what that adds up to.
struct PatternMetricRoutes: Sendable {
    let metrics: PatternMetricService

    var operations: [Operation] { [add, summary] }

    private static let type = Field.text(
        "metric_type",
        .label(1...64, example: "pattern_applied"),
        isRequired: true,
        "What happened."
    )
    private static let pattern = Field.text(
        "pattern_name",
        .label(1...255, example: "numpy_json_serialization"),
        isRequired: true,
        "The organization need not have a pattern of this name."
    )
    private static let saved = Field(
        "time_saved_seconds",
        .numberWithin(0...NewPatternMetric.maxSecondsSaved),
        isRequired: true
    ) { $0.double }

    private static let since = QueryField.moment("since", "The begin, included; all there is when left out.")
    private static let until = QueryField.moment("until", "The end, not included; now when left out.")

    private var add: Operation {
        Operation(
            "reportPatternMetric",
            .post,
            "/api/v1/metrics",
            owner: .teams,
            access: .role(.developer),
            rate: .write,
            summary: "Report what a pattern did",
            body: .json(
                .named("PatternMetric", .members(Self.type.member, Self.pattern.member, Self.saved.member)),
                example: #"{"metric_type":"pattern_applied","pattern_name":"numpy_json_serialization","#
                    + #""time_saved_seconds":300}"#
            ),
            answers: [
                DocumentedAnswer(
                    201,
                    "It is stored.",
                    .named(
                        "PatternMetricReported",
                        .members(
                            .required("status", .oneOf(["success"])),
                            .required("id", .integer(1...Int64.max)),
                            .required("timestamp", ValueSchema.moment)
                        )
                    )
                )
            ]
        ) { call in
            let body = try call.json()
            let metric = NewPatternMetric(
                type: body[Self.type] ?? "",
                pattern: body[Self.pattern] ?? "",
                secondsSaved: body[Self.saved] ?? 0
            )
            var object = JSONObjectText()
            object.add("status", "success")
            object.add("id", try await metrics.add(metric, for: call.caller))
            object.add("timestamp", call.receivedAt)
            return .json(object.bytes, status: 201)
        }
    }

    private var summary: Operation {
        Operation(
            "summarizePatternMetrics",
            .get,
            "/api/v1/metrics/summary",
            owner: .house,
            access: .role(.viewer),
            rate: .read,
            summary: "Add up what patterns saved",
            description: """
                By pattern and by person, the most time saved first, and by week of ISO 8601 in UTC. The lists have at \
                most \(PatternMetricSummary.maxEntries) entries, that of weeks the last ones; `total` counts everything.
                """,
            parameters: [Self.since.parameter, Self.until.parameter],
            answers: [DocumentedAnswer(200, "The sums.", Self.summarySchema)]
        ) { call in
            let since = try call.query(Self.since)
            let until = try call.query(Self.until)
            let summary = try await metrics.summary(
                since: since ?? .earliest,
                // What was stored while this request was on its way counts too.
                until: until ?? .last,
                for: call.caller
            )
            var object = JSONObjectText()
            object.add("since", since)
            object.add("until", until ?? call.receivedAt)
            object.add("total", Self.object(summary.total))
            object.add(
                "by_pattern",
                summary.byPattern.map { entry in
                    Self.object(entry.total) { $0.add("pattern_name", entry.pattern) }
                }
            )
            object.add(
                "by_person",
                summary.byPerson.map { entry in
                    Self.object(entry.total) { object in
                        object.add("user_id", entry.userID)
                        object.add("username", entry.username)
                    }
                }
            )
            object.add(
                "by_week",
                summary.byWeek.map { entry in
                    let week = ISOWeek(number: entry.week)
                    return Self.object(entry.total) { object in
                        object.add("week", week.description)
                        object.add("starts_at", week.start)
                    }
                }
            )
            return .json(object.bytes)
        }
    }

    private static let summarySchema = Schema.named(
        "PatternMetricSummary",
        .members(
            .required("since", ValueSchema.moment.orNull),
            .required("until", ValueSchema.moment),
            .required("total", sums()),
            .required("by_pattern", entries(.required("pattern_name", .text(1...255)))),
            .required(
                "by_person",
                entries(.required("user_id", .integer(1...Int64.max)), .required("username", .text(0...255)))
            ),
            .required(
                "by_week",
                entries(
                    .required("week", .text(8...8, example: "2026-W48")),
                    .required("starts_at", ValueSchema.moment, "Its Monday, in UTC.")
                )
            )
        )
    )

    private static func entries(_ members: Schema.Member...) -> Schema {
        .array(sums(members), 0...PatternMetricSummary.maxEntries)
    }

    private static func sums(_ members: [Schema.Member] = []) -> Schema {
        .members(members + [.required("count", .integer(0...Int64.max)), .required("time_saved_seconds", .number)])
    }

    private static func object(
        _ total: PatternMetricSummary.Total,
        _ describe: (inout JSONObjectText) -> Void = { _ in }
    ) -> JSONObjectText {
        var object = JSONObjectText()
        describe(&object)
        object.add("count", total.count)
        object.add("time_saved_seconds", total.secondsSaved)
        return object
    }
}
