internal import GRDB

extension Catalog {
    /// Makes a webhook.
    ///
    /// - Throws: ``CatalogError/tooMany(what:limit:)``.
    package func createWebhook(
        _ webhook: NewWebhook,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Webhook {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let count = "SELECT count(*) FROM webhooks WHERE organization_id = ?"
            guard try Int.fetchOne(database, sql: count, arguments: [organization]) ?? 0 < Webhook.mostKept else {
                throw CatalogError.tooMany(what: "webhooks", limit: Webhook.mostKept)
            }
            try database.execute(
                sql: "INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
                arguments: [
                    webhook.id, organization, webhook.shownURL, Blob(webhook.sealedURL), Blob(webhook.sealedSecret),
                    webhook.events.joined(separator: " "), now,
                ]
            )
            try trail.note(.webhookCreate, webhook.id, organization: organization)
            return try Webhook.fetch(webhook.id, organization: organization, from: database)
        }
    }

    /// The webhooks of an organization, oldest first.
    package func webhooks(organization: Int64) async throws(CatalogError) -> [Webhook] {
        try await read { database in
            let sql = "SELECT * FROM webhooks WHERE organization_id = ? ORDER BY created, id"
            return try Row.fetchAll(database, sql: sql, arguments: [organization]).map(Webhook.init)
        }
    }

    package func webhook(_ id: String, organization: Int64) async throws(CatalogError) -> Webhook {
        try await read { try Webhook.fetch(id, organization: organization, from: $0) }
    }

    /// Removes a webhook with its deliveries.
    package func deleteWebhook(_ id: String, organization: Int64, by actor: AuditActor) async throws(CatalogError) {
        try await changeAnyway(by: actor) { database, trail in
            _ = try Webhook.fetch(id, organization: organization, from: database)
            try database.execute(sql: "DELETE FROM webhooks WHERE id = ?", arguments: [id])
            try trail.note(.webhookDelete, id, organization: organization)
        }
    }

    // MARK: Deliveries

    /// A page of the deliveries of a webhook, newest first.
    package func deliveries(
        of webhook: String,
        organization: Int64,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<WebhookDelivery> {
        try await read { database in
            _ = try Webhook.fetch(webhook, organization: organization, from: database)
            let sql = """
                SELECT * FROM webhook_deliveries WHERE webhook_id = ? ORDER BY created DESC, id DESC LIMIT ? OFFSET ?
                """
            let total = "SELECT count(*) FROM webhook_deliveries WHERE webhook_id = ?"
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: [webhook, limit, offset])
                    .map { try WebhookDelivery($0) },
                total: try Int.fetchOne(database, sql: total, arguments: [webhook]) ?? 0
            )
        }
    }

    /// Sends a delivery once more, under the same id.
    package func replayDelivery(
        _ id: String,
        of webhook: String,
        organization: Int64
    ) async throws(CatalogError) -> WebhookDelivery {
        let now = clock.now()
        return try await write { database in
            _ = try Webhook.fetch(webhook, organization: organization, from: database)
            try database.execute(
                sql: """
                    UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, not_before = ?
                    WHERE id = ? AND webhook_id = ?
                    """,
                arguments: [now, id, webhook]
            )
            let sql = "SELECT * FROM webhook_deliveries WHERE id = ? AND webhook_id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [id, webhook]) else {
                throw CatalogError.notFound
            }
            return try WebhookDelivery(row)
        }
    }

    /// Deliveries whose turn it is, oldest first, and no more than one for each webhook: what one receiver does not
    /// take does not keep others waiting.
    ///
    /// - Parameter busy: webhooks to which something is being sent.
    package func dueDeliveries(
        most: Int,
        busy: Set<String>
    ) async throws(CatalogError) -> [(delivery: WebhookDelivery, webhook: Webhook)] {
        let now = clock.now()
        return try await read { database in
            let sql = """
                SELECT * FROM webhook_deliveries WHERE id IN (
                    SELECT (
                        SELECT id FROM webhook_deliveries WHERE webhook_id = due.webhook_id AND state = 'waiting'
                            AND not_before <= ?1 ORDER BY not_before, id LIMIT 1
                    ) FROM (
                        SELECT DISTINCT webhook_id FROM webhook_deliveries WHERE state = 'waiting' AND not_before <= ?1
                    ) AS due JOIN webhooks ON webhooks.id = due.webhook_id WHERE webhooks.enabled
                ) ORDER BY not_before, id
                """
            let rows = try Row.fetchAll(database, sql: sql, arguments: [now]).map { try WebhookDelivery($0) }
            return try rows.filter { !busy.contains($0.webhookID) }.prefix(most)
                .map { delivery in
                    (
                        delivery,
                        try delivery.webhook(from: database)
                    )
                }
        }
    }

    /// Stores what came of a try.
    package func finishDelivery(_ delivery: WebhookDelivery, _ attempt: WebhookAttempt) async throws(CatalogError) {
        let now = clock.now()
        try await writeAnyway { database in
            let (state, status, error, notBefore) = attempt.columns
            try database.execute(
                sql: """
                    UPDATE webhook_deliveries SET state = ?2, attempts = attempts + 1, last_status = ?3,
                        last_error = ?4, not_before = coalesce(?5, not_before), last_attempt = ?6
                    WHERE id = ?1 AND attempts = ?7
                    """,
                // If a replay was requested meanwhile, it stays due.
                arguments: [delivery.id, state.rawValue, status, error, notBefore, now, delivery.attempts]
            )
            guard case .gone = attempt else { return }
            try database.execute(sql: "UPDATE webhooks SET enabled = 0 WHERE id = ?", arguments: [delivery.webhookID])
            let dead = "UPDATE webhook_deliveries SET state = 'dead' WHERE webhook_id = ? AND state = 'waiting'"
            try database.execute(sql: dead, arguments: [delivery.webhookID])
        }
    }

    /// Forgets what was delivered long ago.
    package func pruneDeliveries() async throws(CatalogError) {
        let before = clock.now() - Webhook.logLifetime
        try await writeAnyway { database in
            let sql = "DELETE FROM webhook_deliveries WHERE state != 'waiting' AND last_attempt < ?"
            try database.execute(sql: sql, arguments: [before])
        }
    }
}

extension Webhook {
    fileprivate static func fetch(_ id: String, organization: Int64, from database: Database) throws -> Webhook {
        let sql = "SELECT * FROM webhooks WHERE organization_id = ? AND id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, id]) else {
            throw CatalogError.notFound
        }
        return Webhook(row)
    }

    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"],
            organizationID: row["organization_id"],
            url: SealedSecret(name: "url", bytes: (row["url"] as Blob).bytes),
            shownURL: row["shown_url"],
            events: (row["events"] as String).split(separator: " ").map(String.init),
            secret: SealedSecret(name: "secret", bytes: (row["secret"] as Blob).bytes),
            enabled: row["enabled"],
            created: row["created"]
        )
    }

    /// Queues an event for all webhooks of an organization that want it, in the transaction of what has happened.
    static func tell(
        _ event: String,
        _ data: String,
        organization: Int64,
        at now: UnixNanoseconds,
        in database: Database
    ) throws {
        let sql = "SELECT id FROM webhooks WHERE organization_id = ? AND enabled AND ' ' || events || ' ' LIKE ?"
        for id in try String.fetchAll(database, sql: sql, arguments: [organization, "% \(event) %"]) {
            try database.execute(
                sql: """
                    INSERT INTO webhook_deliveries
                        (id, webhook_id, organization_id, event, payload, state, not_before, created)
                    VALUES (?1, ?2, ?3, ?4, json_object('type', ?4, 'timestamp',
                        strftime('%Y-%m-%dT%H:%M:%fZ', ?5 / 1e9, 'unixepoch'), 'data', json(?6)), 'waiting', ?5, ?5)
                    """,
                arguments: [RecordID.make("msg", at: now), id, organization, event, now, data]
            )
        }
    }
}

extension WebhookDelivery {
    fileprivate func webhook(from database: Database) throws -> Webhook {
        try Webhook.fetch(webhookID, organization: organizationID, from: database)
    }

    fileprivate init(_ row: Row) throws {
        self.init(
            id: row["id"],
            webhookID: row["webhook_id"],
            organizationID: row["organization_id"],
            event: row["event"],
            payload: row["payload"],
            state: try row.value("state"),
            attempts: row["attempts"],
            notBefore: row["not_before"],
            created: row["created"],
            lastAttempt: row["last_attempt"],
            lastStatus: row["last_status"],
            lastError: row["last_error"]
        )
    }
}

extension WebhookAttempt {
    fileprivate var columns: (WebhookDelivery.State, status: Int?, error: String?, notBefore: UnixNanoseconds?) {
        switch self {
        case .delivered(let status): (.delivered, status, nil, nil)
        case .retried(let status, let error, let time): (.waiting, status, error, time)
        case .dead(let status, let error): (.dead, status, error, nil)
        case .gone(let status): (.dead, status, "the receiver says that it is gone", nil)
        }
    }
}
