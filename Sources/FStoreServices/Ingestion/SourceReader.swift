internal import FStore
internal import FStoreConnectors

/// Reads sources of one kind. Everything here blocks, and is called on a thread of its own.
protocol SourceReader {
    /// The first rows.
    func sample(rows: Int) throws -> SourceSample

    /// How many rows there are, up to the place where counting would take too long.
    func count(until deadline: ContinuousClock.Instant) throws -> SourceCount

    /// About how many bytes there are to read; `nil` when it cannot be told.
    func byteCount() throws -> Int?

    /// Reads what was not read before into the store.
    func run(_ work: RunWork) throws -> LoadCounts

    /// What the run has committed so far, in this process or before a kill.
    func counts(of work: RunWork) throws -> LoadCounts
}

extension SourceReader {
    /// Of a reader that begins anew after a kill.
    func counts(of work: RunWork) throws -> LoadCounts { LoadCounts() }
}

/// How many rows a source has.
package struct SourceCount: Hashable, Sendable {
    package let rows: Int
    /// Whether that is all of them.
    package let isWhole: Bool
}

/// What a run reads into, and whom it tells.
struct RunWork {
    let store: FeatureStore
    let space: UInt32
    let source: String
    let run: String
    let mapping: SourceMapping
    let rules: RowRules
    let batchRows: Int
    /// Whether the source may have been read before: what the store has already is not written again.
    let isRepeated: Bool
    let control: RunControl
    /// The names of bookmarks begin so: they belong to the source.
    let bookmarkFront: String
    /// What is kept of the values of features that the run makes.
    let retention: Retention
    /// Told of each batch before it is committed.
    let willCommit: (LoadCommit) throws -> Void
    /// Keeps rejected rows, with the file that they stand in.
    let reject: ([RejectedRow], String) throws -> Void
    let defined: (Feature) -> Void

    var destination: LoadDestination {
        LoadDestination(store, space: space, mayCreate: true, defined: defined) { [store] in store }
    }
}
