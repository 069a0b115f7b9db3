internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// Questions in a CSV file with the header `entity,as_of[,known_at]`, answered in their order.
///
/// Each chunk of questions is answered from one snapshot; no snapshot is open while the program reads or writes.
struct QueryFile: ~Copyable {
    /// One row of the file.
    private struct Question {
        var entity: EntityID
        var asOf: String
        var knownAt: String
        var time: PointInTime
    }

    private static let chunkRows = 1000

    private let features: [Feature]
    private let store: FeatureStore
    private var reader: CSVReader
    private let input: InputFile
    private let times: TimeReader
    private let fieldCount: Int
    private let entityIndex: Int
    private let asOfIndex: Int
    private let knownAtIndex: Int?

    /// - Parameter zone: the zone of times without an offset; `nil` is UTC.
    init(_ input: InputFile, features: [Feature], store: FeatureStore, zone: TimeZoneRules?) throws {
        var reader = CSVReader(ByteWindow())
        guard try reader.next(from: input) else { throw InputError.noHeader }
        let header = CSVHeader(reader)
        let entityIndex = try header.index("entity")
        let asOfIndex = try header.index("as_of")
        knownAtIndex = try header.optionalIndex("known_at")
        self.entityIndex = entityIndex
        self.asOfIndex = asOfIndex
        fieldCount = header.names.count
        times = TimeReader(zone: zone)
        self.input = input
        self.reader = reader
        self.features = features
        self.store = store
    }

    /// Answers every question.
    consuming func answer(to output: Output, asJSON: Bool) throws {
        if !asJSON { output.line("entity,as_of,known_at,feature,status,value,event_time,commit_time") }
        while true {
            let questions = try nextChunk()
            if questions.isEmpty { return }
            let answers = try answers(questions)
            for (index, answer) in answers.enumerated() {
                let question = questions[index / features.count]
                let feature = features[index % features.count]
                write(answer, question, feature, asJSON: asJSON, to: output)
            }
            try output.check()
        }
    }

    private func answers(_ questions: [Question]) throws -> [Answer] {
        try store.read { snapshot throws(ReadError) in
            var answers: [Answer] = []
            answers.reserveCapacity(questions.count * features.count)
            for question in questions {
                for feature in features {
                    answers.append(
                        try snapshot.value(of: feature.handle, for: question.entity, at: question.time).owned
                    )
                }
            }
            return answers
        }
    }

    private mutating func nextChunk() throws -> [Question] {
        var questions: [Question] = []
        while questions.count < Self.chunkRows, try reader.next(from: input) {
            do {
                questions.append(try question())
            } catch let rejection as Rejection {
                let place = rejection.field.map { "\($0): " } ?? ""
                throw CommandError(.badData, "bad_question", "line \(reader.line): \(place)\(rejection.reason)")
            }
        }
        return questions
    }

    private mutating func question() throws -> Question {
        guard reader.flaw == nil, reader.fieldCount == fieldCount else {
            throw Rejection("the row has \(reader.fieldCount) fields, and the header has \(fieldCount)")
        }
        guard let name = NumberText.text(reader.field(entityIndex)),
            let asOf = NumberText.text(reader.field(asOfIndex))
        else { throw Rejection("the row is not valid UTF-8") }
        let entity: EntityID
        do throws(LimitError) { entity = try EntityID(name) } catch {
            let reason = name.isEmpty ? "the entity is missing" : "\(error)"
            throw Rejection(reason, field: "entity")
        }
        // Without a time the answer would be the newest value, and a training set would know the future.
        if asOf.isEmpty { throw Rejection("the time is missing; write now for the newest value", field: "as_of") }
        var question = Question(entity: entity, asOf: asOf, knownAt: "", time: .latest)
        question.time.asOf = try time(asOfIndex, "as_of")
        if let knownAtIndex, !reader.field(knownAtIndex).isEmpty {
            question.knownAt = NumberText.text(reader.field(knownAtIndex)) ?? ""
            // Now is no bound: all that was committed is known.
            if question.knownAt != "now" { question.time.knownAt = try time(knownAtIndex, "known_at") }
        }
        return question
    }

    private func time(_ index: Int, _ field: String) throws(Rejection) -> Timestamp {
        let text = reader.field(index)
        if NumberText.text(text) == "now" { return .now() }
        do throws(Rejection) { return try times.read(text, clamps: true) } catch { throw error.of(field) }
    }

    private func write(_ answer: Answer, _ question: Question, _ feature: Feature, asJSON: Bool, to output: Output) {
        if asJSON {
            var object = JSONObjectText()
            object.add("entity_id", question.entity.text)
            object.add("as_of", question.asOf.isEmpty ? nil : question.asOf)
            object.add("known_at", question.knownAt.isEmpty ? nil : question.knownAt)
            object.add("feature", feature.name)
            object.add("status", answer.status.description)
            object.add("value", answer.value)
            object.add("timestamp", answer.eventTime)
            object.add("committed_at", answer.commitTime)
            output.line(object)
        } else {
            var row: [UInt8] = []
            let fields = [
                question.entity.text, question.asOf, question.knownAt, feature.name, answer.status.description,
                answer.value?.text ?? "", answer.eventTime?.description ?? "", answer.commitTime?.description ?? "",
            ]
            CSVText.append(row: fields, to: &row)
            output.write(row)
        }
    }
}
