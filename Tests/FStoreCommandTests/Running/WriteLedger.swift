import Foundation
import Synchronization

/// Writes counting values over HTTP and remembers which of them the server has acknowledged.
final class WriteLedger: Sendable {
    private struct State {
        var acknowledged: [String: Int] = [:]
        var isStopped = false
    }

    private let port: Int
    private let key: String
    private let state = Mutex(State())

    /// The feature `f` must exist, for whole numbers.
    init(_ server: ServerRun, key: String) throws {
        port = server.port
        self.key = key
    }

    /// The greatest value of `entity` that was acknowledged; 0 before the first.
    func acknowledged(_ entity: String) -> Int { state.withLock { $0.acknowledged[entity] ?? 0 } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Writes 1, 2, 3 … for one entity until it is told to stop or the server is gone.
    func write(entity: String, from first: Int = 1, upTo last: Int) throws {
        let socket = try HTTPSocket(port: port)
        for value in first...last {
            if state.withLock({ $0.isStopped }) { return }
            let body = #"{"entity_id":"\#(entity)","value":\#(value)}"#
            let answer = try socket.request(
                "POST",
                "/api/v1/features/f/values",
                headers: [("Authorization", "Bearer \(key)")],
                body: body
            )
            guard answer.status == 201 else { return }
            state.withLock { $0.acknowledged[entity] = value }
        }
    }
}
