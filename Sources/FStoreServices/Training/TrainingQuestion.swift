package import FStore

/// What is asked for each row of a training set.
package struct TrainingQuestion: Sendable {
    /// Features of the caller's.
    package var features: [Feature]
    /// Which commits are seen. Bounded, so that all parts of a table see the same.
    package var known: KnowledgeBound
    /// A value that is older than this at the moment of its row is expired.
    package var maxAge: Duration?
    package var hasStatuses = false
    package var hasEventTimes = false

    package init(features: [Feature], known: KnowledgeBound) {
        self.features = features
        self.known = known
    }
}

/// Some rows that are asked about.
package struct TrainingRows: Sendable {
    package let entities: [EntityID]
    package let times: [Timestamp]

    package init(entities: [EntityID], times: [Timestamp]) {
        self.entities = entities
        self.times = times
    }
}
