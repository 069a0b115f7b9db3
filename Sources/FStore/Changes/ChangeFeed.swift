/// What a store's commits change, as they happen: one subscription, begun by ``FeatureStore/changes(_:)``.
///
/// ```swift
/// let feed = try store.changes(ChangeFilter(features: [speed.id]))
/// for await change in feed {
///     switch change {
///     case .value(let value): cache.remove(value.entity)
///     case .gap: cache.removeAll()
///     default: break
///     }
/// }
/// ```
///
/// What is promised:
///
/// * Changes come in the order of their commits. Those of one commit come in the order of the store, and what happened
///   to features before what happened to values.
/// * Each is told of once, and not before readers see it. It is there before the write that made it is acknowledged.
/// * Everything that is committed after ``FeatureStore/changes(_:)`` has returned is told of, or a
///   ``Change/gap(after:)`` comes instead. A commit that was under way at that moment may be reported or not;
///   ``startsAfter`` tells.
/// * The writer never waits for a feed. The store keeps the newest changes, ``StoreOptions/maxKeptChanges`` and
///   ``StoreOptions/maxKeptChangeBytes`` of them, for all feeds together; a feed that falls further behind finds a gap.
///
/// What a feed does not tell of: values that retention hides, and values that expire; both follow from the feature's
/// definition and the clock. Changes by other processes show as a gap, and only when this process writes again.
///
/// To keep a copy of values in step: begin a feed, then read, then apply the feed; a change whose commit is not later
/// than the ``Snapshot/lastCommitTime`` of the read was part of it.
///
/// A feed is read by one reader at a time: as an `AsyncSequence`, or by ``poll(limit:)`` with ``whenAvailable(_:)``
/// where no task may be spent on each, as on an event loop with thousands of feeds. It ends when the store is closed,
/// by ``cancel()``, and when the last reference to it goes.
public final class ChangeFeed: Sendable {
    /// The newest commit when the feed began; the feed tells of later ones. `nil` when the store had no commit.
    public let startsAfter: Timestamp?
    private let ring: ChangeRing
    private let subscription: ChangeSubscription

    init(_ ring: ChangeRing, _ filter: ChangeFilter) throws(WriteError) {
        self.ring = ring
        let subscription = try ring.subscribe(filter)
        self.subscription = subscription
        let commit = subscription.completeCommit
        startsAfter = commit == .min ? nil : Timestamp(nanoseconds: commit)
    }

    deinit {
        cancel()
    }

    /// The next changes, oldest first: as many as there are now, at most `limit`, and a gap beside them. Does not wait.
    ///
    /// Empty when there is nothing new, and after the end; ``isFinished`` tells which.
    public func poll(limit: Int = 1000) -> [Change] {
        subscription.read(ring, limit: Swift.max(1, limit))
    }

    /// Calls `body` once, when there may be something to poll or the feed has ended: at once, if that is so already.
    ///
    /// Called on a thread of the store, or on the calling one; it must not block. It may find nothing: poll, and ask
    /// again. What is asked while an earlier call is still due makes that one due at once.
    public func whenAvailable(_ body: @escaping @Sendable () -> Void) {
        ring.notify(subscription, body)
    }

    /// Whether nothing more will come: the store was closed and everything was read, or the feed was canceled.
    public var isFinished: Bool {
        subscription.isCancelled || ring.isAtEnd(subscription.block)
    }

    /// Ends the feed. Whoever waits is woken. Calling it again does nothing.
    public func cancel() {
        subscription.cancel()
        ring.unsubscribe(subscription)
        ring.wake(subscription)
    }

    /// Wakes the task that waits, which was canceled.
    fileprivate func wake() {
        ring.wake(subscription)
    }
}

extension ChangeFeed: AsyncSequence {
    /// Reads the feed change by change. Ends with the feed, and when the task is canceled.
    public func makeAsyncIterator() -> Iterator {
        Iterator(feed: self)
    }

    /// Waits for one change after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let feed: ChangeFeed
        private var changes: ArraySlice<Change> = []

        fileprivate init(feed: ChangeFeed) {
            self.feed = feed
        }

        /// The next change, or `nil` when the feed has ended or the task is canceled.
        public mutating func next() async -> Change? {
            while changes.isEmpty {
                if Task.isCancelled { return nil }
                changes = feed.poll(limit: 256)[...]
                if changes.isEmpty {
                    if feed.isFinished { return nil }
                    await feed.available()
                }
            }
            return changes.popFirst()
        }
    }

    private func available() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                whenAvailable { continuation.resume() }
                // The handler may have run before there was anybody to wake.
                if Task.isCancelled { wake() }
            }
        } onCancel: {
            wake()
        }
    }
}

extension FeatureStore {
    /// Begins to tell what commits change, from now on. See ``ChangeFeed``.
    ///
    /// Cheap: thousands of feeds share what the store keeps. Keep the feed as long as it is wanted.
    ///
    /// - Parameter filter: which changes are wanted; all of them by default.
    /// - Throws: ``WriteError/readOnly``, since only a store that writes knows what it has changed,
    ///   ``WriteError/closed``, ``WriteError/storage(_:)``.
    public func changes(_ filter: ChangeFilter = ChangeFilter()) throws(WriteError) -> ChangeFeed {
        guard let ring else { throw .readOnly }
        return try ChangeFeed(ring, filter)
    }
}
