internal import FStore
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
    private let times = TimeReader(unit: .rfc3339)
    private let entityIndex: Int
    private let asOfIndex: Int
    private let knownAtIndex: Int?

    init(_ input: InputFile, features: [Feature], store: FeatureStore) throws {
        var reader = CSVReader(ByteWindow(input))
        guard try reader.next() else {
            throw CommandError(.badData, "no_header", "the questions are empty: a header is expected")
        }
        let header = CSVHeader(reader)
        let entityIndex = try header.index("entity")
        let asOfIndex = try header.index("as_of")
        self.entityIndex = entityIndex
        self.asOfIndex = asOfIndex
        knownAtIndex = header.names.firstIndex(of: "known_at")
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
        while questions.count < Self.chunkRows, try reader.next() {
            do {
                questions.append(try question())
            } catch let rejection as Rejection {
                throw CommandError(.badData, "bad_question", "line \(reader.line): \(rejection.reason)")
            } catch let error as LimitError {
                throw CommandError(.badData, "bad_question", "line \(reader.line): \(error)")
            }
        }
        return questions
    }

    private mutating func question() throws -> Question {
        let needed = max(entityIndex, asOfIndex, knownAtIndex ?? 0) + 1
        guard reader.fieldCount >= needed, reader.flaw == nil else { throw Rejection("the row has too few fields") }
        guard let entity = NumberText.text(reader.field(entityIndex)),
            let asOf = NumberText.text(reader.field(asOfIndex))
        else { throw Rejection("the row is not valid UTF-8") }
        var question = Question(entity: try EntityID(entity), asOf: asOf, knownAt: "", time: .latest)
        question.time.asOf = try time(asOfIndex)
        if let knownAtIndex {
            question.time.knownAt = try time(knownAtIndex)
            question.knownAt = NumberText.text(reader.field(knownAtIndex)) ?? ""
        }
        return question
    }

    /// An empty field is no limit.
    private mutating func time(_ index: Int) throws(Rejection) -> Timestamp? {
        let text = reader.field(index)
        if text.isEmpty { return nil }
        if NumberText.text(text) == "now" { return .now() }
        return try times.read(text)
    }

    private func write(_ answer: Answer, _ question: Question, _ feature: Feature, asJSON: Bool, to output: Output) {
        if asJSON {
            var object = JSONObjectText()
            object.add("entity", question.entity.text)
            object.add("as_of", question.asOf.isEmpty ? nil : question.asOf)
            object.add("known_at", question.knownAt.isEmpty ? nil : question.knownAt)
            object.add("feature", feature.name)
            object.add("status", answer.status.description)
            object.add("value", answer.value)
            object.add("event_time", answer.eventTime)
            object.add("commit_time", answer.commitTime)
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
