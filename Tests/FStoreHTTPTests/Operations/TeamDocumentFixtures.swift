/// The requests of document 002, in the order in which it lists them.
enum TeamDocumentFixtures {
    private static let config: ContractFixture.Kind = .members([
        "min_confidence_threshold": .number, "security_checks_required": .bool, "auto_sync_enabled": .bool,
    ])

    private static let user: [String: ContractFixture.Kind] = [
        "id": .integer, "username": .text, "email": .text, "full_name": .text, "role": .text,
        "organization_id": .integer, "created_at": .time,
    ]

    static let all = [
        ContractFixture(
            method: "POST",
            path: "/auth/register",
            body: #"{"email":"new@example.com","username":"new","password":"secure_password","full_name":"New","#
                + #""organization_name":"New Corp"}"#,
            status: 201,
            answer: user
        ),
        ContractFixture(
            method: "POST",
            path: "/auth/login",
            body: #"{"email":"user@example.com","password":"secure_password"}"#,
            status: 200,
            answer: [
                "access_token": .text, "token_type": .text, "user_id": .integer, "organization_id": .integer,
                "username": .text, "role": .text,
            ]
        ),
        ContractFixture(method: "GET", path: "/auth/me", status: 200, answer: user),
        ContractFixture(
            method: "GET",
            path: "/admin/users",
            status: 200,
            answer: ["users": .objects, "count": .integer, "organization_id": .integer],
            list: "users",
            items: user
        ),
        ContractFixture(
            method: "POST",
            path: "/patterns/sync",
            body: """
                {"patterns":[{"name":"date_parsing","description":"Read dates with a zone","version":1,\
                "category":"dates"}]}
                """,
            status: 200,
            answer: ["status": .text, "synced_count": .integer, "conflicts": .objects, "timestamp": .time]
        ),
        ContractFixture(
            method: "GET",
            path: "/patterns/pull",
            status: 200,
            answer: ["patterns": .objects, "count": .integer, "organization_id": .integer, "timestamp": .time],
            list: "patterns",
            items: [
                "name": .text, "description": .text, "version": .integer, "category": .text,
                "last_modified_by": .integer, "last_modified_at": .time,
            ]
        ),
        ContractFixture(
            method: "GET",
            path: "/config",
            status: 200,
            answer: [
                "config": config, "enforced_settings": .texts, "team_id": .null, "organization_id": .integer,
                // What document 001 has at the same place.
                "success": .bool, "message": .text, "timestamp": .time, "request_id": .text,
                "data": .members([
                    "ingestion": .members(["interval": .integer, "batch_size": .integer, "max_workers": .integer]),
                    "database": .members(["host": .text, "port": .integer, "name": .text]),
                    "storage": .members(["type": .text, "path": .text]),
                ]),
            ]
        ),
        ContractFixture(
            method: "POST",
            path: "/config",
            body: #"{"min_confidence_threshold":0.75,"security_checks_required":false,"auto_sync_enabled":false}"#,
            status: 200,
            answer: ["config": config, "enforced_settings": .texts, "team_id": .null, "organization_id": .integer]
        ),
        ContractFixture(
            method: "POST",
            path: "/metrics",
            body: #"{"metric_type":"pattern_applied","pattern_name":"retry_with_backoff","time_saved_seconds":120}"#,
            status: 201,
            answer: ["status": .text, "id": .integer, "timestamp": .time]
        ),
        ContractFixture(
            method: "DELETE",
            path: "/admin/patterns/{pattern_name}",
            status: 200,
            answer: ["status": .text]
        ),
    ]
}
