internal import FStore
internal import FStoreText

/// Answers as they are shown.
enum AnswerText {
    static func object(_ answer: Answer, feature: Feature, entity: EntityID) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("entity_id", entity.text)
        object.add("feature", feature.name)
        object.add("status", answer.status.description)
        object.add("value", answer.value)
        object.add("timestamp", answer.eventTime)
        object.add("committed_at", answer.commitTime)
        return object
    }
}

/// Cells of a history as they are shown.
enum HistoryText {
    static func object(_ entry: HistoryEntry, feature: Feature, entity: EntityID) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("feature", feature.name)
        object.add("entity_id", entity.text)
        object.add("timestamp", entry.eventTime)
        object.add("committed_at", entry.commitTime)
        object.add("value", entry.value)
        return object
    }
}
