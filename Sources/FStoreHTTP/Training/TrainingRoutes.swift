internal import FStore
internal import FStoreConnectors
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Training sets: rows of an entity and a moment in, the same rows with the values of features as of their moments out.
struct TrainingRoutes: Sendable {
    let training: TrainingService
    let features: FeatureService

    var operations: [Operation] { [read, lastCommit] }

    private static let featureNames = QueryField.encodedList(
        "features",
        .text(0...65_536),
        "UUIDs or names, with commas between them.",
        example: "customer_lifetime_value"
    )
    private static let entity = QueryField.text("entity", .text(1...255), "The column of the entities: `entity_id`.")
    private static let time = QueryField.text("time", .text(1...255), "The column of the moments: `timestamp`.")
    private static let known = QueryField.text(
        "known",
        .text(1...64),
        "Which commits are seen: all (`now`, the default), those up to the moment of each row (`row`), or those up to "
            + "a time."
    )
    private static let maxAge = QueryField.text(
        "max_age",
        FeatureSchema.duration,
        "A value that is older than this at the moment of its row is `EXPIRED`, such as `7d`."
    )
    private static let statuses = QueryField.flag("statuses", "Adds a column `<feature>__status` behind each feature.")
    private static let eventTimes = QueryField.flag(
        "event_times",
        "Adds a column `<feature>__event_time` behind each feature."
    )
    private static let echo = QueryField.flag("echo", "Whether the answer repeats the columns of the rows: `true`.")

    private var read: Operation {
        Operation(
            "readTrainingSet",
            .post,
            "/api/v1/training/read",
            owner: .house,
            access: .role(.viewer),
            rate: .read,
            summary: "Read the values of features as of the moment of each row",
            description: """
                The body is a table as an Arrow stream, CSV or NDJSON, with a column of entities and one of moments; \
                other columns pass through. The answer has the same rows in the same order and a column for each \
                feature, in the format that `Accept` asks for, else in that of the body. `X-Commit-Time` says at \
                which commit it was read; sent as `known`, it asks the same again for ever. With `known=row` that \
                needs no commit, as long as no moment lies in the future. A JSON body, of up to 2 million values, has \
                the parameters beside `rows`, an object of columns. Up to \(TrainingJoin.maxRows) rows.
                """,
            parameters: [
                Self.featureNames.parameter, Self.entity.parameter, Self.time.parameter, Self.known.parameter,
                Self.maxAge.parameter, Self.statuses.parameter, Self.eventTimes.parameter, Self.echo.parameter,
            ],
            body: TableBody.rule(
                TrainingSchema.body,
                example: #"{"features":["customer_lifetime_value"],"rows":{"entity_id":["customer_123"],"#
                    + #""timestamp":["2025-03-01T00:00:00Z"]}}"#,
                csv: "entity_id,timestamp,label\ncustomer_123,2025-03-01T00:00:00Z,1\n",
                ndjson: #"{"entity_id":"customer_123","timestamp":"2025-03-01T00:00:00Z"}"# + "\n"
            ),
            answers: [
                DocumentedAnswer(
                    200,
                    "The rows.",
                    .anything,
                    or: TableFormat.allCases.filter { $0 != .json }.map(\.mediaType),
                    headers: ["X-Commit-Time"]
                )
            ],
            errors: [404, 406, 507]
        ) { call in
            let caller = try call.caller
            let asked = try call.streamType == nil ? TrainingSchema.question(call.json()) : question(call)
            let read = try resolved(asked, call)
            let format = try TableBody.format(of: call)
            let answer = try TableAnswer(TableBody.answerFormat(call, body: format), directory: training.directory)
            let join = TrainingJoin(read, answer: answer, echoes: asked.echoes) { rows in
                try await training.columns(read.question, for: rows, for: caller)
            }
            do {
                try await TableBody.read(
                    call,
                    format,
                    rows: asked.rows,
                    blockRows: join.blockRows,
                    held: { join.heldBytes + answer.heldBytes },
                    { try await join.add($0) }
                )
                try await join.finish()
            } catch let problem as TableProblem {
                throw TableBody.refusal(problem)
            } catch is TrainingService.Busy {
                throw APIError.unavailable("too many tables are being read; try again", retryAfterSeconds: 5)
            }
            return try answer.reply(headers: [.commitTime: "\(read.commit)"])
        }
    }

    /// What the query asks for.
    private func question(_ call: Call) throws -> TrainingSchema.Question {
        var question = TrainingSchema.Question()
        question.features =
            try call.query(Self.featureNames)
            .map { try TableBody.names($0, "features") } ?? []
        question.entity = try call.query(Self.entity) ?? question.entity
        question.time = try call.query(Self.time) ?? question.time
        question.known = try call.query(Self.known) ?? question.known
        question.maxAge = try call.query(Self.maxAge)
        question.hasStatuses = try call.query(Self.statuses) ?? false
        question.hasEventTimes = try call.query(Self.eventTimes) ?? false
        question.echoes = try call.query(Self.echo) ?? true
        return question
    }

    /// The same with features instead of names, bounded by the commits that there are now.
    private func resolved(_ asked: TrainingSchema.Question, _ call: Call) throws -> TrainingJoin.Read {
        let caller = try call.caller
        // Before the features: what is written in between must not be seen of a feature that had no type.
        let last = try training.lastCommit(for: caller)
        if asked.features.count > OnlineSchema.maxFeatures {
            throw APIError.invalid(
                "features",
                "has \(asked.features.count) names; \(OnlineSchema.maxFeatures) are allowed"
            )
        }
        var (found, unknown) = ([Feature](), [String]())
        for name in asked.features {
            if let feature = try features.feature(name, for: caller) {
                found.append(feature)
            } else {
                unknown.append(name)
            }
        }
        if !unknown.isEmpty { throw try OnlineRoutes.unknown(unknown, in: features, for: caller) }
        var names: Set<String> = []
        if let twice = found.first(where: { !names.insert($0.name).inserted }) {
            throw APIError.invalid("features", "names \"\(twice.name.excerpt)\" twice")
        }
        var commit = last
        var bound = KnowledgeBound.by(last)
        switch asked.known {
        case "now": break
        case "row": bound = .byRowTimeUpTo(last)
        default:
            commit = min(last, try TimeField.read(asked.known, field: "known", now: last))
            bound = .by(commit)
        }
        var question = TrainingQuestion(features: found, known: bound)
        question.maxAge = try asked.maxAge.map { text in
            guard let age = DurationText.duration(text) else {
                throw APIError.invalid("max_age", "\"\(text.excerpt)\" is not a duration such as 7d or 12h")
            }
            return age
        }
        (question.hasStatuses, question.hasEventTimes) = (asked.hasStatuses, asked.hasEventTimes)
        return TrainingJoin.Read(question: question, entity: asked.entity, time: asked.time, commit: commit)
    }

    private var lastCommit: Operation {
        Operation(
            "getLastCommit",
            .get,
            "/api/v1/commits/last",
            owner: .house,
            access: .role(.viewer),
            rate: .read,
            summary: "The newest commit",
            description: "Sent as `known` or `known_at`, the time of a commit asks for what the store knew then.",
            answers: [
                DocumentedAnswer(
                    200,
                    "The newest commit; null in a store that has none.",
                    .members(.required("commit_time", ValueSchema.moment.orNull))
                )
            ]
        ) { call in
            let last = try training.lastCommit(for: call.caller)
            var object = JSONObjectText()
            object.add("commit_time", last == .earliest ? nil : last)
            return .json(object.bytes)
        }
    }
}

extension HTTPField.Name {
    static let commitTime = HTTPField.Name("X-Commit-Time") ?? .from
}
