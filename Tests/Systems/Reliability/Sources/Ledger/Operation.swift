package import FStore

/// One cell as the plan wants it; a tombstone has no value.
package struct PlannedCell {
    package var feature: String
    package var entity: String
    package var eventTime: Int64
    package var value: FeatureValue?

    package init(feature: String, entity: String, eventTime: Int64, value: FeatureValue?) {
        self.feature = feature
        self.entity = entity
        self.eventTime = eventTime
        self.value = value
    }

    /// The cell that goes with every batch of a thread and tells that it is there.
    package init(markerOf thread: Int, sequence: Int) {
        let value = FeatureValue.int64(Int64(sequence))
        self.init(
            feature: Plan.marker,
            entity: Plan.markerEntity(thread),
            eventTime: Int64(sequence),
            value: value
        )
    }
}

/// What one thread does at one place of its sequence. Each is atomic: after a stop it has happened or it has not.
package enum Operation {
    /// Defines the features that everything else needs, in one commit. Thread 0 does it, as sequence 0.
    case setUp
    /// A batch. The marker cell of the thread and its bookmark go with it.
    case write([PlannedCell])
    case define(FeatureDefinition)
    /// Deletes a feature that an earlier operation of the thread may have defined.
    case delete(String)
    /// Erases one of the thread's own entities.
    case eraseEntity(String)
    /// Erases the values of one of the thread's own features.
    case eraseValues(String)
    /// Changes how many versions one of the thread's own features keeps.
    case retain(String, maxVersions: Int)
    case sweep
    case backup

    /// In a word.
    package var kind: String {
        switch self {
        case .setUp: "set-up"
        case .write(let cells): cells.count > 12 ? "load" : "batch"
        case .define: "definition"
        case .delete: "deletion"
        case .eraseEntity: "entity-erasure"
        case .eraseValues: "feature-erasure"
        case .retain: "retention"
        case .sweep: "sweep"
        case .backup: "backup"
        }
    }
}
