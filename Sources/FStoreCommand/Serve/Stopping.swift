internal import Synchronization

/// Whether the server has been told to stop.
final class Stopping: Sendable {
    private let flag = Atomic<Bool>(false)

    func begin() { flag.store(true, ordering: .relaxed) }

    var hasBegun: Bool { flag.load(ordering: .relaxed) }
}
