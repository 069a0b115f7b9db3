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
                if (try? store.lastCommitTime()) != nil { notice.send(.alive) }
                do { try await Task.sleep(for: interval / 2) } catch { return }
            }
        }
    }
}
