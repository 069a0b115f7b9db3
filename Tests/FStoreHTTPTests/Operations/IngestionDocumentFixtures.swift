/// The requests of document 001 about sources, ingestion, data and the server, in the order in which it lists them.
/// Signing in is among the tests of accounts.
enum IngestionDocumentFixtures {
    typealias Kind = ContractFixture.Kind

    private static func wrapped(_ data: [String: Kind]) -> [String: Kind] {
        ["success": .bool, "data": .members(data), "message": .text, "timestamp": .time, "request_id": .text]
    }

    private static let pagination: Kind = .members([
        "page": .integer, "limit": .integer, "total": .integer, "pages": .integer,
    ])
    private static let filters =
        #"{"source":"readings","date_range":{"start":"2024-01-01T00:00:00Z","#
        + #""end":"2024-01-02T00:00:00Z"},"value_range":{"min":0,"max":1000}}"#

    static let all = [
        ContractFixture(
            method: "GET",
            path: "/health",
            status: 200,
            answer: wrapped(["status": .text, "version": .text, "uptime": .integer, "timestamp": .time])
        ),
        ContractFixture(
            method: "GET",
            path: "/status",
            status: 200,
            answer: wrapped([
                "ingestion": .members([
                    "is_running": .bool, "last_cycle": .time, "cycles_completed": .integer, "errors_count": .integer,
                ]),
                "database": .members(["connected": .bool, "pool_size": .integer, "active_connections": .integer]),
                "storage": .members(["type": .text, "available_space": .text, "total_records": .integer]),
            ])
        ),
        ContractFixture(
            method: "POST",
            path: "/ingestion/start",
            body: #"{"sources":["{source_id}","other"],"options":{"batch_size":1000,"timeout":300}}"#,
            status: 200,
            answer: wrapped(["job_id": .text, "status": .text, "estimated_duration": .integer])
        ),
        ContractFixture(
            method: "POST",
            path: "/ingestion/stop",
            status: 200,
            answer: wrapped(["status": .text, "stopped_at": .time])
        ),
        ContractFixture(
            method: "GET",
            path: "/ingestion/status",
            status: 200,
            answer: wrapped([
                "is_running": .bool,
                "current_job": .membersOrNull([
                    "id": .text, "started_at": .time, "progress": .integer, "records_processed": .integer,
                    "errors": .integer,
                ]),
                "last_completed": .members([
                    "id": .text, "completed_at": .time, "records_processed": .integer, "duration": .integer,
                ]),
            ])
        ),
        ContractFixture(
            method: "GET",
            path: "/sources",
            status: 200,
            answer: wrapped(["sources": .objects])
        ),
        ContractFixture(
            method: "GET",
            path: "/sources/{source_id}",
            status: 200,
            answer: wrapped([
                "id": .text, "name": .text, "type": .text,
                "config": .members(["path": .text, "format": .text, "delimiter": .text, "encoding": .text]),
                "validation": .members([
                    "required_columns": .texts,
                    "data_types": .members(["id": .text, "timestamp": .text, "value": .text]),
                ]),
                "enabled": .bool, "last_sync": .time,
                "sync_stats": .members([
                    "total_records": .integer, "successful": .integer, "failed": .integer, "last_error": .null,
                ]),
            ])
        ),
        ContractFixture(
            method: "POST",
            path: "/sources/{source_id}/test",
            status: 200,
            answer: wrapped(["connected": .bool, "sample_data": .objects, "total_records": .integer])
        ),
        ContractFixture(
            method: "POST",
            path: "/data/query",
            body: #"{"filters":\#(filters),"pagination":{"page":1,"limit":100},"#
                + #""sort":{"field":"timestamp","order":"desc"}}"#,
            status: 200,
            answer: wrapped(["records": .objects, "pagination": pagination])
        ),
        ContractFixture(
            method: "POST",
            path: "/data/export",
            body: #"{"format":"csv","filters":{"source":"readings","date_range":{"start":"2024-01-01T00:00:00Z","#
                + #""end":"2024-01-02T00:00:00Z"}},"columns":["id","timestamp","value"]}"#,
            status: 200,
            answer: wrapped([
                "export_id": .text, "status": .text, "estimated_completion": .time, "download_url": .text,
            ])
        ),
        ContractFixture(
            method: "GET",
            path: "/data/export/{export_id}",
            status: 200,
            answer: wrapped([
                "export_id": .text, "status": .text, "progress": .integer, "file_size": .text, "download_url": .text,
                "expires_at": .time,
            ])
        ),
        ContractFixture(
            method: "GET",
            path: "/config",
            status: 200,
            answer: wrapped([
                "ingestion": .members(["interval": .integer, "batch_size": .integer, "max_workers": .integer]),
                "database": .members(["host": .text, "port": .integer, "name": .text]),
                "storage": .members(["type": .text, "path": .text]),
            ])
        ),
        ContractFixture(
            method: "PUT",
            path: "/config",
            body: #"{"ingestion":{"interval":120,"batch_size":2000},"storage":{"retention_days":60}}"#,
            status: 200,
            answer: wrapped(["message": .text, "restart_required": .bool])
        ),
        ContractFixture(
            method: "GET",
            path: "/metrics",
            status: 200,
            answer: wrapped([
                "system": .members(["cpu_usage": .number, "memory_usage": .number, "disk_usage": .number]),
                "ingestion": .members([
                    "records_per_second": .number, "error_rate": .number, "active_jobs": .integer,
                ]),
                "database": .members(["connections": .integer, "query_time": .number]),
            ])
        ),
        ContractFixture(
            method: "GET",
            path: "/logs",
            query: "?level=INFO&source=test&start_time=2024-01-01T00:00:00Z&end_time=now&page=1&limit=10",
            status: 200,
            answer: wrapped([
                "logs": .objects,
                "pagination": .members(["page": .integer, "limit": .integer, "total": .integer]),
            ])
        ),
        ContractFixture(
            method: "POST",
            path: "/webhooks",
            body: #"{"url":"https://your-app.com/webhook","events":["ingestion.completed","ingestion.failed"],"#
                + #""secret":"webhook-secret"}"#,
            status: 201,
            answer: wrapped(["id": .text, "url": .text, "events": .texts, "secret": .text, "created_at": .time])
        ),
        ContractFixture(method: "GET", path: "/webhooks", status: 200, answer: wrapped(["webhooks": .objects])),
        ContractFixture(
            method: "DELETE",
            path: "/webhooks/{webhook_id}",
            status: 200,
            answer: wrapped(["message": .text])
        ),
    ]
}
