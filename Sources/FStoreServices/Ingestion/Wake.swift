/// Wakes a loop: at once when there is something to do, and else each second.
struct Wake: Sendable {
    let signals: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (signals, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func now() { source.yield() }

    /// Wakes each second until the task is canceled, and then ends the loop.
    func tick() async {
        while !Task.isCancelled {
            source.yield()
            do { try await Task.sleep(for: .seconds(1)) } catch { break }
        }
        source.finish()
    }
}
