internal import FStore
internal import ServiceLifecycle

/// Tells systemd that the server is alive, as long as the store can be read.
struct Watchdog: Service {
    let notice: SystemdNotice
    let store: FeatureStore
    let interval: Duration

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if isReadable { notice.send(.alive) }
                do { try await Task.sleep(for: interval / 2) } catch { return }
            }
        }
    }

    /// Whether the store can be read; an empty one can.
    private var isReadable: Bool {
        do {
            _ = try store.lastCommitTime()
            return true
        } catch {
            return false
        }
    }
}
