package import FStore

/// Which part of a history is asked for.
package struct HistoryQuestion: Sendable {
    /// A feature of the caller's.
    package var feature: FeatureHandle
    package var entities: [EntityID]
    /// The first and the last event time, both included.
    package var first = Timestamp.earliest
    package var last = Timestamp.last
    /// Commits after this one are not seen; `nil` sees all.
    package var knownAt: Timestamp?
    package var window: PageWindow
    /// Where the page before has ended.
    package var position: HistoryPosition?
    /// Steps of the page: about so many.
    package var steps = PageWork.steps

    package init(feature: FeatureHandle, entities: [EntityID], window: PageWindow) {
        self.feature = feature
        self.entities = entities
        self.window = window
    }
}

/// Which entries of a walk make the page.
package struct PageWindow: Sendable {
    /// Entries to pass over; not asked where a page goes on behind another one.
    package var offset: Int
    /// Entries of the page.
    package var limit: Int
    /// Entries that are counted for the total; past it the total is a lower bound.
    package var reach: Int

    package init(offset: Int, limit: Int, reach: Int) {
        self.offset = offset
        self.limit = limit
        self.reach = reach
    }
}

/// Where a page of histories has ended.
package struct HistoryPosition: Sendable {
    /// Which of the asked entities the next page goes on with.
    package var entityIndex: Int
    /// It goes on behind this event time.
    package var after: Timestamp?
    /// Commits after this one are not seen by any of the pages.
    package var knownAt: Timestamp

    package init(entityIndex: Int, after: Timestamp?, knownAt: Timestamp) {
        self.entityIndex = entityIndex
        self.after = after
        self.knownAt = knownAt
    }
}

/// What a page of histories says beside its entries.
package struct HistoryPage: Sendable {
    /// Entries that were found, on this page and beyond; not meant where a page goes on behind another one.
    package var total = 0
    package var isTotalExact = true
    /// Entities of which nothing was found.
    package var missing: [EntityID] = []
    /// Where the next page begins; `nil` after the last one.
    package var next: HistoryPosition?
    /// The page ends before it has as many entries as it may, and ``next`` goes on there.
    package var isShort = false
}

/// What one page may cost: about 50 milliseconds. Each cell counts that is looked at, also one that is passed over:
/// deleted, hidden, or committed later than the question asks for.
package enum PageWork {
    package static let steps = 500_000
}

/// One walk over the histories of a page.
struct HistoryPageWalk {
    private let question: HistoryQuestion
    private let knownAt: Timestamp
    private var page = HistoryPage()
    private var written = 0
    private var stepsLeft: Int
    private var last: (entity: Int, time: Timestamp)?

    /// All pages see what the first one saw: the newest commit then is the bound of what they know.
    init(_ question: HistoryQuestion, _ snapshot: borrowing Snapshot) throws(ReadError) {
        self.question = question
        stepsLeft = question.steps
        let newest = try snapshot.lastCommitTime ?? .earliest
        knownAt = question.position?.knownAt ?? min(question.knownAt ?? .last, newest)
    }

    mutating func run(
        _ snapshot: borrowing Snapshot,
        _ each: (EntityID, borrowing BorrowedAnswer) -> Bool
    ) throws(ReadError) -> HistoryPage {
        snapshot.limitSteps(to: StoreLimits.readSteps.upperBound)
        for index in (question.position?.entityIndex ?? 0)..<question.entities.count
        where try !walk(index, snapshot, each) {
            break
        }
        return page
    }

    /// - Returns: `false` when nothing more is wanted.
    private mutating func walk(
        _ index: Int,
        _ snapshot: borrowing Snapshot,
        _ each: (EntityID, borrowing BorrowedAnswer) -> Bool
    ) throws(ReadError) -> Bool {
        if stepsLeft <= 0 {
            stop(HistoryPosition(entityIndex: index, after: nil, knownAt: knownAt))
            return false
        }
        let (entity, position, window) = (question.entities[index], question.position, question.window)
        var first = question.first
        if let position, position.entityIndex == index, let after = position.after {
            if after == .last { return true }
            first = max(first, Timestamp(nanoseconds: after.nanoseconds + 1))
        }
        var iterator = try snapshot.history(
            of: question.feature,
            for: entity,
            from: first,
            through: question.last,
            knownAt: knownAt
        )
        iterator.limitSteps(to: stepsLeft)
        var found = 0
        while let answer = try iterator.next() {
            found += 1
            page.total += 1
            if position == nil, page.total <= window.offset { continue }
            if written == window.limit {
                if let last {
                    page.next = HistoryPosition(entityIndex: last.entity, after: last.time, knownAt: knownAt)
                }
                if position != nil { return false }
                if page.total > window.reach {
                    page.total -= 1
                    page.isTotalExact = false
                    return false
                }
                continue
            }
            guard let time = answer.eventTime else { continue }
            if !each(entity, answer) {
                let next = last.map { HistoryPosition(entityIndex: $0.entity, after: $0.time, knownAt: knownAt) }
                stop(next ?? HistoryPosition(entityIndex: index, after: nil, knownAt: knownAt))
                return false
            }
            written += 1
            last = (index, time)
        }
        stepsLeft -= iterator.steps
        if let time = iterator.stoppedAt {
            stop(HistoryPosition(entityIndex: index, after: time, knownAt: knownAt))
            return false
        }
        if found == 0, position == nil { page.missing.append(entity) }
        return true
    }

    /// Ends the page here. When it is full, it was only counted on.
    private mutating func stop(_ next: HistoryPosition) {
        page.isTotalExact = false
        if page.next != nil { return }
        page.next = next
        page.isShort = true
    }
}
