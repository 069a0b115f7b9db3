package import FStore

/// Which part of the walk over all entities of a feature is asked for.
package struct EntityWalkQuestion: Sendable {
    /// A feature of the caller's.
    package var feature: FeatureHandle
    package var time: PointInTime
    package var window: PageWindow
    /// Where the page before has ended.
    package var position: EntityWalkPosition?
    /// Steps of the page: about so many.
    package var steps = PageWork.steps

    package init(feature: FeatureHandle, time: PointInTime, window: PageWindow) {
        self.feature = feature
        self.time = time
        self.window = window
    }
}

/// Where a page of the walk has ended.
package struct EntityWalkPosition: Sendable {
    /// The next page goes on behind this entity.
    package var after: EntityID
    /// Commits after this one are not seen by any of the pages.
    package var knownAt: Timestamp

    package init(after: EntityID, knownAt: Timestamp) {
        self.after = after
        self.knownAt = knownAt
    }
}

/// What a page of the walk says beside its entries.
package struct EntityWalkPage: Sendable {
    /// Entities that were found, on this page and beyond; not meant where a page goes on behind another one.
    package var total = 0
    package var isTotalExact = true
    /// Where the next page begins; `nil` after the last one.
    package var next: EntityWalkPosition?
    /// The page ends before it has as many entries as it may, and ``next`` goes on there.
    package var isShort = false
}

/// One walk over the entities of a page.
struct EntityPageWalk {
    private let question: EntityWalkQuestion
    private let knownAt: Timestamp
    private var page = EntityWalkPage()
    private var written = 0
    private var last: EntityID?

    init(_ question: EntityWalkQuestion, _ snapshot: borrowing Snapshot) throws(ReadError) {
        self.question = question
        let newest = try snapshot.lastCommitTime ?? .earliest
        knownAt = question.position?.knownAt ?? min(question.time.knownAt ?? .last, newest)
    }

    mutating func run(
        _ snapshot: borrowing Snapshot,
        _ each: (borrowing EntityAnswer) -> Bool
    ) throws(ReadError) -> EntityWalkPage {
        let (position, window) = (question.position, question.window)
        // Only a page that goes on behind another one must not see what has come since.
        let time = PointInTime(
            asOf: question.time.asOf,
            knownAt: position == nil ? question.time.knownAt : knownAt
        )
        var iterator = try snapshot.entities(of: question.feature, at: time, after: position?.after)
        iterator.limitSteps(to: question.steps)
        while let found = try iterator.next() {
            page.total += 1
            if position == nil, page.total <= window.offset { continue }
            if written == window.limit {
                page.next = last.map { EntityWalkPosition(after: $0, knownAt: knownAt) }
                if position != nil { return page }
                if page.total > window.reach {
                    page.total -= 1
                    page.isTotalExact = false
                    return page
                }
                continue
            }
            if !each(found) {
                stop(behind: last)
                return page
            }
            written += 1
            last = found.entityID
        }
        if let entity = iterator.stoppedAt { stop(behind: entity) }
        return page
    }

    /// Ends the page here. When it is full, it was only counted on.
    private mutating func stop(behind entity: EntityID?) {
        page.isTotalExact = false
        if page.next != nil { return }
        page.next = entity.map { EntityWalkPosition(after: $0, knownAt: knownAt) }
        page.isShort = true
    }
}
