internal import FStore
internal import FStoreText

/// Answers as they are shown.
enum AnswerText {
    static func object(_ answer: Answer, feature: Feature, entity: EntityID) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("entity", entity.text)
        object.add("feature", feature.name)
        object.add("status", answer.status.description)
        object.add("value", answer.value)
        object.add("event_time", answer.eventTime)
        object.add("commit_time", answer.commitTime)
        return object
    }
}
