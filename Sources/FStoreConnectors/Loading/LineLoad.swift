package import FStore
internal import FStoreText

/// Loads lines of NDJSON that are pushed chunk by chunk, such as the body of a request: one feature, and
/// `{"entity_id", "value", "timestamp"?}` on each line.
///
/// ```swift
/// var load = LineLoad(into: feature, of: store, receivedAt: now)
/// for try await chunk in body {
///     load.append(chunk.span)
///     try await load.write()
/// }
/// try await load.finish()
/// ```
///
/// Memory is bounded by the size of a batch, of a chunk and of a line, and the work is in proportion to the bytes
/// however small the chunks are. Nothing blocks: the caller is suspended while a batch is written.
package struct LineLoad: ~Copyable {
    /// The members of a line.
    package static let members = (entity: "entity_id", value: "value", time: "timestamp")

    private var batcher: RowBatcher<JSONRowSource>
    private let store: FeatureStore
    private let willWrite: @Sendable (Int, Int) throws -> Void
    private var windowBytes = 0
    /// How many values are committed.
    package private(set) var written = 0
    /// How many of them retention hides at once.
    package private(set) var hidden = 0
    /// When the last of them were committed.
    package private(set) var committed: Timestamp?

    /// - Parameters:
    ///   - receivedAt: the event time of lines that name none.
    ///   - maxLineBytes: the longest line; a longer one ends the load with ``InputError/longRow(line:limit:)``.
    ///   - options: how many rows make a batch, and how many reasons are kept.
    ///   - willWrite: told how many values and bytes each batch has, before it is written. Throws to end the load.
    package init(
        into feature: Feature,
        of store: FeatureStore,
        receivedAt: Timestamp,
        maxLineBytes: Int = 1 << 20,
        options: LoadOptions = LoadOptions(),
        willWrite: @escaping @Sendable (_ values: Int, _ bytes: Int) throws -> Void = { _, _ in }
    ) {
        self.store = store
        self.willWrite = willWrite
        var mapping = RowMapping(
            entity: [Self.members.entity],
            time: Self.members.time,
            targets: [LoadTarget(column: Self.members.value, feature: feature)]
        )
        mapping.defaultTime = receivedAt
        mapping.isExact = true
        let destination = LoadDestination(store, space: feature.definition.space, mayCreate: false) { store }
        batcher = RowBatcher(
            JSONRowSource(LineReader(ByteWindow(), maxLineBytes: maxLineBytes), mapping: mapping),
            into: destination,
            rejects: RejectLog(kept: options.keptRejects),
            options: options
        )
    }

    /// How many lines were rejected.
    package var rejected: Int { batcher.counts.rejected }
    /// The first of them.
    package var firstRejected: [RejectedRow] { batcher.rejects.first }
    /// Memory of what was taken and is not written yet, about.
    package var heldBytes: Int { windowBytes + batcher.waitingBytes }
    /// The line that was read last, counted from 1.
    package var line: Int { batcher.source.line }

    /// Takes a chunk. Nothing is read of it before ``write()``.
    package mutating func append(_ chunk: Span<UInt8>) {
        windowBytes = batcher.source.withWindow { window in
            window.append(chunk)
            return window.capacity
        }
    }

    /// Reads the lines that are complete, and writes the batches that are full.
    ///
    /// - Throws: ``InputError``, ``LoadError``, or ``WriteError`` for the batch that was refused; those before it stay
    ///   written.
    package mutating func write() async throws {
        while try batcher.fill() == .full { try await commit() }
    }

    /// Reads what is left when no chunk follows, and writes it.
    package mutating func finish() async throws {
        batcher.source.withWindow { window in window.finish() }
        try await write()
        try await commit()
    }

    private mutating func commit() async throws {
        let count = batcher.waitingCells
        let batch = try batcher.takeBatch()
        // Also a batch of nothing but rejected lines is full at some time.
        if count == 0 { return }
        try willWrite(count, batch.byteCount)
        let receipt = try await store.write(batch)
        written += count
        hidden += receipt.hiddenCells
        committed = receipt.commitTime
    }
}
