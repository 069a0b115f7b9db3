package import FStoreCatalog
package import FStoreIdentity
internal import FStoreConnectors
package import FStoreSecurity
internal import FStoreText
internal import Synchronization

/// Tells others of events by requests to their URLs, signed as Standard Webhooks says.
package struct WebhookService: Sendable {
    private let catalog: Catalog
    private let sealer: SecretSealer
    private let settings: IngestionSettings
    private let busy = Busy()

    /// Webhooks to which something is being sent.
    private final class Busy: Sendable {
        let webhooks = Mutex<Set<String>>([])
    }

    init(catalog: Catalog, sealer: SecretSealer, settings: IngestionSettings) {
        self.catalog = catalog
        self.sealer = sealer
        self.settings = settings
    }

    /// A webhook that was made, with the secret that its receiver checks signatures with: it is said once.
    package struct Made: Sendable {
        package let webhook: Webhook
        package let secret: WebhookSecret
    }

    /// Makes a webhook.
    ///
    /// - Parameters:
    ///   - secret: `whsec_` and base64, or any text, whose bytes are the key; `nil` makes one.
    /// - Throws: ``SourceConfiguration/Problem``.
    package func create(
        url: String,
        events: [WebhookEvent],
        secret: String?,
        for caller: Principal
    ) async throws -> Made {
        guard let parts = SecretURL(url), url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw SourceConfiguration.Problem(field: "url", reason: "must be a URL such as https://example.com/hook")
        }
        let secret =
            try secret.map { text throws(SourceConfiguration.Problem) in
                guard let secret = WebhookSecret(text) else {
                    throw SourceConfiguration.Problem(
                        field: "secret",
                        reason: "must be base64 behind whsec_, or a text"
                    )
                }
                return secret
            } ?? .generate()
        var webhook = NewWebhook(shownURL: parts.shown, events: events.map(\.rawValue), at: catalog.now)
        webhook.sealedURL = sealer.seal(Array(url.utf8), context: Self.context(webhook.id, "url"))
        webhook.sealedSecret = sealer.seal(secret.bytes, context: Self.context(webhook.id, "secret"))
        let made = try await catalog.createWebhook(
            webhook,
            organization: caller.organizationID,
            by: AuditActor(caller)
        )
        return Made(webhook: made, secret: secret)
    }

    private static func context(_ id: String, _ name: String) -> String { "webhook/\(id)/\(name)" }

    package func all(for caller: Principal) async throws(CatalogError) -> [Webhook] {
        try await catalog.webhooks(organization: caller.organizationID)
    }

    package func delete(_ id: String, for caller: Principal) async throws(CatalogError) {
        try await catalog.deleteWebhook(id, organization: caller.organizationID, by: AuditActor(caller))
    }

    /// A page of what was and will be sent, the newest first.
    package func deliveries(
        of webhook: String,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> CatalogPage<WebhookDelivery> {
        try await catalog.deliveries(
            of: webhook,
            organization: caller.organizationID,
            offset: offset,
            limit: limit
        )
    }

    /// Sends a delivery once more.
    package func replay(
        _ id: String,
        of webhook: String,
        for caller: Principal
    ) async throws(CatalogError) -> WebhookDelivery {
        try await catalog.replayDelivery(id, of: webhook, organization: caller.organizationID)
    }

    // MARK: Sending

    /// How many requests go out at a time.
    private static let mostAtOnce = 8
    /// Seconds that a receiver has.
    private static let timeoutSeconds = 15
    /// Seconds from one try to the next; after the last one a delivery is dead. Three days and a half in all.
    private static let pauses: [Int64] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]

    var jobs: [Job] {
        [
            Job("webhooks", every: .milliseconds(500)) { try await send() },
            Job("deliveries of long ago", every: .seconds(3600)) { try await catalog.pruneDeliveries() },
        ]
    }

    /// Sends what is due. One that takes long keeps only its own receiver's others waiting.
    private func send() async throws {
        let going = busy.webhooks.withLock { $0 }
        let due = try await catalog.dueDeliveries(most: Self.mostAtOnce - going.count, busy: going)
        for (delivery, webhook) in due {
            busy.webhooks.withLock { _ = $0.insert(webhook.id) }
            Task {
                let attempt = await onThread { self.attempt(delivery, webhook) }
                // What is not stored is sent again: at least once is what receivers are promised.
                try? await catalog.finishDelivery(delivery, attempt)
                busy.webhooks.withLock { _ = $0.remove(webhook.id) }
            }
        }
    }

    private func attempt(_ delivery: WebhookDelivery, _ webhook: Webhook) -> WebhookAttempt {
        let tries = delivery.attempts
        func again(_ status: Int?, _ error: String, after seconds: Int64? = nil) -> WebhookAttempt {
            guard tries < Self.pauses.count else { return .dead(status: status, error: error) }
            let pause = max(Self.pauses[tries], min(seconds ?? 0, 86_400))
            // Up to a tenth more, so that receivers do not get all at once what came due together.
            let jitter = Int64.random(in: 0...pause * 100_000_000)
            return .retried(status: status, error: error, at: catalog.now + pause * 1_000_000_000 + jitter)
        }
        do {
            let url = try sealer.open(webhook.url.bytes, context: Self.context(webhook.id, "url"))
            let secret = WebhookSecret(
                bytes: try sealer.open(webhook.secret.bytes, context: Self.context(webhook.id, "secret"))
            )
            let time = "\(catalog.now / 1_000_000_000)"
            var exchange = WebExchange(String(decoding: url, as: UTF8.self))
            exchange.method = "POST"
            exchange.timeoutSeconds = Self.timeoutSeconds
            exchange.body = Array(delivery.payload.utf8)
            exchange.headers = [
                ("Content-Type", "application/json"), ("webhook-id", delivery.id), ("webhook-timestamp", time),
                ("webhook-signature", secret.signature(of: delivery.payload, id: delivery.id, time: time)),
            ]
            let rule = EgressRule(isOpen: webhook.organizationID == 1, allowed: settings.egress)
            let answer = try exchange.run(rule: rule) { _ in }
            switch answer.status {
            case 200..<300: return .delivered(status: answer.status)
            case 410: return .gone(status: 410)
            default:
                let wait = answer.header("retry-after").flatMap { Int64($0) }
                return again(answer.status, "the receiver answered with status \(answer.status)", after: wait)
            }
        } catch {
            return again(nil, SourceProblem(error).message)
        }
    }
}
