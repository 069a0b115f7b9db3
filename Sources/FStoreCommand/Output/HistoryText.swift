internal import FStore
internal import FStoreText

/// Cells of a history as they are shown.
enum HistoryText {
    static func object(_ entry: HistoryEntry, feature: Feature, entity: EntityID) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("feature", feature.name)
        object.add("entity", entity.text)
        object.add("event_time", entry.eventTime)
        object.add("commit_time", entry.commitTime)
        object.add("value", entry.value)
        return object
    }
}
