/// Room for some servers at a time. All tests start at once, and every server has threads, files and connections of its
/// own: without a bound fifty of them took 3800 descriptors and 1700 threads.
actor ServerRoom {
    static let shared = ServerRoom(places: 12)

    /// A place in the room; free again when nobody holds it any more.
    final class Place: Sendable {
        private let room: ServerRoom

        fileprivate init(_ room: ServerRoom) { self.room = room }

        deinit { Task { [room] in await room.leave() } }
    }

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    /// Waits for a place. A test has one server; one that asked for a second could wait for ever.
    func enter() async -> Place {
        if places > 0 { places -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        return Place(self)
    }

    private func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
