internal import FStoreHTTP
internal import FStoreTelemetry
internal import Logging

/// What SIGHUP does: reads the settings again and takes over those that a running server can, the level of the log and
/// the certificate.
struct SettingsReload: Sendable {
    /// The settings in force at the start.
    let before: Settings
    let reread: @Sendable () async throws -> Settings
    let threshold: LogThreshold
    let server: Server
    let logger: Logger

    private static let live: Set<String> = ["log_level"]

    /// Says in the log what came of it. Settings that are wrong change nothing.
    func run() async {
        do {
            let settings = try await reread()
            // Checks what no single setting shows, such as a certificate without its key.
            let options = try ServeOptions(settings)
            try server.reloadCertificate()
            threshold.level = options.logLevel
            logger.notice(
                "the settings and the certificate are read again",
                metadata: ["log_level": "\(options.logLevel)"]
            )
            let changed = zip(before.entries, settings.entries)
                .filter { $0.text != $1.text && !$0.setting.isSecret && !Self.live.contains($0.setting.name) }
                .map(\.0.setting.name)
            if changed.isEmpty { return }
            logger.warning(
                "settings have changed that count from the next start on",
                metadata: ["settings": "\(changed.joined(separator: ", "))"]
            )
        } catch {
            logger.error("the settings are left as they were: they cannot be used", metadata: ["reason": "\(error)"])
        }
    }
}
