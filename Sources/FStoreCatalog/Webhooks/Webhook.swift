/// A URL that receives events, by requests that the server sends.
package struct Webhook: Hashable, Sendable {
    /// How many an organization has at most.
    package static let mostKept = 50
    /// How long what was delivered, or never will be, stays in the log of deliveries, in nanoseconds.
    package static let logLifetime: Int64 = 7 * 24 * 3600 * 1_000_000_000

    /// `webhook_` and 26 characters that sort by the time of creation.
    package let id: String
    package let organizationID: Int64
    package let url: SealedSecret
    /// The URL without what may be a secret in it.
    package let shownURL: String
    package let events: [String]
    package let secret: SealedSecret
    /// Whether it is told of events. The server ends this when the other side says that it is gone.
    package let enabled: Bool
    package let created: UnixNanoseconds
}

/// A webhook that is to be made.
package struct NewWebhook: Sendable {
    /// Made here, so that it can stand in the context that the secrets are sealed with.
    package let id: String
    package let shownURL: String
    package let events: [String]
    package var sealedURL: [UInt8] = []
    package var sealedSecret: [UInt8] = []

    package init(shownURL: String, events: [String], at time: UnixNanoseconds) {
        id = RecordID.make("webhook", at: time)
        self.shownURL = shownURL
        self.events = events
    }
}

/// One event for one webhook.
package struct WebhookDelivery: Hashable, Sendable {
    package enum State: String, Sendable {
        /// Until it is tried, or tried again.
        case waiting
        case delivered
        /// It is not tried any more.
        case dead
    }

    /// `msg_` and 26 characters: the same for all tries.
    package let id: String
    package let webhookID: String
    package let organizationID: Int64
    package let event: String
    /// What is sent, as JSON.
    package let payload: String
    package let state: State
    package let attempts: Int
    package let notBefore: UnixNanoseconds
    package let created: UnixNanoseconds
    package let lastAttempt: UnixNanoseconds?
    /// The status of the last answer; `nil` when there was none.
    package let lastStatus: Int?
    package let lastError: String?
}

/// What came of a try.
package enum WebhookAttempt: Hashable, Sendable {
    case delivered(status: Int)
    case retried(status: Int?, error: String, at: UnixNanoseconds)
    case dead(status: Int?, error: String)
    /// The other side says that it is gone: nothing more is sent to it.
    case gone(status: Int)
}
