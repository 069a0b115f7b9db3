internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Webhooks of the caller's organization (document 001).
struct WebhookRoutes: Sendable {
    let webhooks: WebhookService

    var operations: [Operation] { [create, list, delete, deliveries, replay] }

    private static let reference = Parameter.path("webhook_id", .text(1...64), "The webhook's id.")
    private static let delivery = Parameter.path(
        "delivery_id",
        .text(1...64),
        "The delivery's id.",
        example: "msg_01KAK000000000000000000000"
    )

    private static let url = Field.text(
        "url",
        .text(8...2048, example: "https://your-app.com/webhook"),
        isRequired: true,
        "Where to send events. It is sealed, and shown without what may be a secret in it."
    )
    private static let events = Field.texts(
        "events",
        .array(.oneOf(WebhookEvent.allCases.map(\.rawValue)), 1...WebhookEvent.allCases.count),
        isRequired: true,
        "What to send."
    )
    private static let secret = Field.text(
        "secret",
        .text(1...255).orNull,
        "What deliveries are signed with: base64 behind `whsec_`, or a text. If it is left out, the server makes one."
    )

    private static let members: [Schema.Member] = [
        .required("id", .text(1...64)),
        .required("url", .text(1...4096)),
        .required("events", .array(.text(1...64), 0...64)),
        .required("enabled", .boolean, "False once the receiver has answered with 410."),
        .required("created_at", ValueSchema.moment),
    ]

    private static func object(_ webhook: Webhook) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", webhook.id)
        object.add("url", webhook.shownURL)
        object.add("events", webhook.events)
        object.add("enabled", webhook.enabled)
        object.add("created_at", Timestamp(nanoseconds: webhook.created))
        return object
    }

    private var create: Operation {
        Operation(
            "createWebhook",
            .post,
            "/api/v1/webhooks",
            owner: .ingestion,
            access: .role(.admin),
            rate: .write,
            summary: "Be told of events",
            description: """
                Events are sent as Standard Webhooks 1.0 says, at least once; what is not taken is sent again over \
                three days. The secret is in this answer alone, in the form that libraries for Standard Webhooks take.
                """,
            body: .json(
                .named("WebhookCreate", .members(Self.url.member, Self.events.member, Self.secret.member)),
                example: #"{"url":"https://your-app.com/webhook","#
                    + #""events":["ingestion.completed","ingestion.failed"],"secret":"webhook-secret"}"#
            ),
            answers: [
                DocumentedAnswer(
                    201,
                    "The webhook.",
                    Envelope.schema(
                        .members(
                            Self.members + [
                                .required("secret", .text(1...512)),
                                .optional("warning", .text(1...255), "`weak_secret`: it has fewer than 24 bytes."),
                            ]
                        )
                    )
                )
            ],
            errors: [409]
        ) { call in
            let body = try call.json()
            let made = try await webhooks.create(
                url: body[Self.url] ?? "",
                events: (body[Self.events] ?? []).compactMap { WebhookEvent(rawValue: $0) },
                secret: body[Self.secret],
                for: call.caller
            )
            var data = Self.object(made.webhook)
            data.add("secret", made.secret.text)
            if made.secret.isWeak { data.add("warning", "weak_secret") }
            return .json(
                Envelope.open(data, call, message: "Webhook created").bytes,
                status: 201,
                headers: [.cacheControl: "no-store"]
            )
        }
    }

    private var list: Operation {
        Operation(
            "listWebhooks",
            .get,
            "/api/v1/webhooks",
            owner: .ingestion,
            access: .role(.admin),
            rate: .read,
            summary: "List webhooks",
            description: "The oldest first, without their secrets. An organization has at most \(Webhook.mostKept).",
            answers: [
                DocumentedAnswer(
                    200,
                    "All webhooks.",
                    Envelope.schema(
                        .members(.required("webhooks", .array(.members(Self.members), 0...Webhook.mostKept)))
                    )
                )
            ]
        ) { call in
            var data = JSONObjectText()
            data.add("webhooks", try await webhooks.all(for: call.caller).map(Self.object))
            return .json(Envelope.open(data, call).bytes)
        }
    }

    private var delete: Operation {
        Operation(
            "deleteWebhook",
            .delete,
            "/api/v1/webhooks/{webhook_id}",
            owner: .ingestion,
            access: .role(.admin),
            rate: .write,
            summary: "Delete a webhook",
            parameters: [Self.reference],
            answers: [
                DocumentedAnswer(
                    200,
                    "It is gone, and what waited for it.",
                    Envelope.schema(.members(.required("message", .text(1...255))))
                )
            ],
            errors: [404]
        ) { call in
            try await APIError.finding("webhook") {
                try await webhooks.delete(call.pathParameter("webhook_id"), for: call.caller)
            }
            var data = JSONObjectText()
            data.add("message", "Webhook deleted")
            return .json(Envelope.open(data, call, message: "Webhook deleted").bytes)
        }
    }

    private static let deliveryShape = Schema.members(
        .required("id", .text(1...64), "What the receiver sees as webhook-id, the same for all tries."),
        .required("event", .text(1...64)),
        .required("status", .oneOf(["waiting", "delivered", "dead"])),
        .required("attempts", .integer(0...1000)),
        .required("created_at", ValueSchema.moment),
        .required("last_attempt", ValueSchema.moment.orNull),
        .required("next_attempt", ValueSchema.moment.orNull),
        .required("last_status", Schema.integer(0...999).orNull),
        .required("last_error", .text(0...65_536).orNull)
    )

    private static func object(_ delivery: WebhookDelivery) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", delivery.id)
        object.add("event", delivery.event)
        object.add("status", delivery.state.rawValue)
        object.add("attempts", delivery.attempts)
        object.add("created_at", Timestamp(nanoseconds: delivery.created))
        object.add("last_attempt", delivery.lastAttempt.map { Timestamp(nanoseconds: $0) })
        let isWaiting = delivery.state == .waiting
        object.add("next_attempt", isWaiting ? Timestamp(nanoseconds: delivery.notBefore) : nil)
        object.add("last_status", delivery.lastStatus.map { .int64(Int64($0)) } as FeatureValue?)
        object.add("last_error", delivery.lastError)
        return object
    }

    private var deliveries: Operation {
        Operation(
            "listDeliveries",
            .get,
            "/api/v1/webhooks/{webhook_id}/deliveries",
            owner: .ingestion,
            access: .role(.admin),
            rate: .read,
            summary: "See what was sent",
            description: "The newest first. What was delivered stays for seven days.",
            parameters: [Self.reference] + Page.parameters(defaultLimit: 100),
            answers: [
                EnvelopedPage.answer("A page of deliveries.", "deliveries", of: Self.deliveryShape)
            ],
            errors: [404]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await APIError.finding("webhook") {
                try await webhooks.deliveries(
                    of: call.pathParameter("webhook_id"),
                    offset: page.offset,
                    limit: page.limit,
                    for: call.caller
                )
            }
            return EnvelopedPage.reply("deliveries", found.items.map(Self.object), page, total: found.total, for: call)
        }
    }

    private var replay: Operation {
        Operation(
            "replayDelivery",
            .post,
            "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
            owner: .ingestion,
            access: .role(.admin),
            rate: .write,
            summary: "Send a delivery again",
            parameters: [Self.reference, Self.delivery],
            answers: [DocumentedAnswer(200, "It will be sent.", Envelope.schema(Self.deliveryShape))],
            errors: [404]
        ) { call in
            let delivery = try await APIError.finding("delivery") {
                try await webhooks.replay(
                    call.pathParameter("delivery_id"),
                    of: call.pathParameter("webhook_id"),
                    for: call.caller
                )
            }
            return .json(Envelope.open(Self.object(delivery), call).bytes)
        }
    }
}
