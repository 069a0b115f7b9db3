internal import FStoreConnectors
internal import Synchronization

/// The keys of tables that are being stored. A client that has lost its connection sends the table again while the
/// first request still goes on: both would begin at the same row.
final class TableKeys: Sendable {
    private let going = Mutex<Set<LoadKey>>([])

    /// How long a request waits for the one before it.
    private static let patience = (tries: 100, pause: Duration.milliseconds(100))

    /// Runs `body` when no other request with the key goes on.
    ///
    /// - Throws: ``ValueService/TableIsBusy`` when the other one goes on for long.
    func alone<Result>(_ key: LoadKey?, _ body: () async throws -> Result) async throws -> Result {
        guard let key else { return try await body() }
        var tries = 0
        while !going.withLock({ $0.insert(key).inserted }) {
            if tries == Self.patience.tries { throw ValueService.TableIsBusy() }
            tries += 1
            try await Task.sleep(for: Self.patience.pause)
        }
        defer { _ = going.withLock { $0.remove(key) } }
        return try await body()
    }
}
