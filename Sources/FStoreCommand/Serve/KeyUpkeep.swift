internal import FStoreCatalog
internal import FStoreServices
internal import Logging
internal import ServiceLifecycle

/// Keeps the keys in memory and those in the catalog the same, while the server runs.
struct KeyUpkeep: Service {
    /// Between two looks at what other processes, such as `fstore key revoke`, have changed.
    private static let look = Duration.seconds(1)
    /// Every so many looks the last uses are written down, and expired keys leave the memory.
    private static let looksPerSave = 60

    let catalog: Catalog
    let keys: KeyService
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var seen = try? await catalog.changeCounter()
            var looks = 0
            while true {
                do { try await Task.sleep(for: Self.look) } catch { return }
                looks += 1
                do {
                    let counter = try await catalog.changeCounter()
                    if counter != seen { try await keys.reload() }
                    seen = counter
                    if looks % Self.looksPerSave == 0 {
                        try await keys.saveLastUses()
                        try await keys.reload()
                    }
                } catch {
                    logger.error("the keys could not be compared with the catalog", metadata: ["reason": "\(error)"])
                }
            }
        }
    }
}
