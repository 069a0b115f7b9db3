import FStoreTestSupport
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

    /// Waits until that much is acknowledged, at most half a minute.
    func waitFor(_ entity: String, _ value: Int) throws {
        let end = Date().addingTimeInterval(30)
        while acknowledged(entity) < value {
            if Date() > end { throw CancellationError() }
            usleep(1000)
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Writes 1, 2, 3 … on a thread of its own: the few threads of the tasks must not all wait for a server.
    func start(entity: String, from first: Int = 1) -> Writing {
        let writing = Writing()
        Thread.detachNewThread { [self] in
            try? write(entity: entity, from: first, upTo: .max - 1)
            writing.end.signal()
        }
        return writing
    }

    /// Writing that goes on.
    struct Writing: Sendable {
        fileprivate let end = DispatchSemaphore(value: 0)

        /// Waits until it is over, at most half a minute.
        func wait() -> Bool { end.wait(timeout: .now() + 30) == .success }
    }

    /// Writes 1, 2, 3 … for one entity until it is told to stop or the server is gone.
    private func write(entity: String, from first: Int, upTo last: Int) throws {
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
