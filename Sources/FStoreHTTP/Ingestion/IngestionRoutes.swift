internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes
internal import NIOCore

/// Jobs that read sources (document 001).
struct IngestionRoutes: Sendable {
    let ingestion: IngestionService

    var operations: [Operation] { [start, stop, status, jobs, job] }

    private static let reference = Parameter.path("job_id", .text(1...64), "The job's id.")

    private static func optional(_ schema: Schema, _ example: String) -> RequestBody {
        RequestBody(
            mediaTypes: ["application/json"],
            schema: schema,
            example: example,
            maxBytes: 1_048_576,
            isRequired: false
        )
    }

    private static func body(_ call: Call) throws -> JSONValue? {
        call.body.readableBytes == 0 ? nil : try call.json()
    }

    private var start: Operation {
        Operation(
            "startIngestion",
            .post,
            "/api/v1/ingestion/start",
            owner: .ingestion,
            access: .role(.developer),
            rate: .write,
            summary: "Read sources now",
            description: """
                Starts a job that reads the named sources, or all that are enabled and idle. It goes on by itself, \
                also when the server is stopped and started again. Rows that do not fit are rejected and counted; the \
                job is then completed all the same.
                """,
            body: Self.optional(IngestionSchema.start, "{}"),
            answers: [DocumentedAnswer(200, "The job.", Envelope.schema(IngestionSchema.started))],
            errors: [404, 409]
        ) { call in
            let body = try Self.body(call)
            let chosen = body?[IngestionSchema.options]
            let options = IngestionJob.Options(
                batchRows: chosen?[IngestionSchema.batchSize],
                timeoutSeconds: chosen?[IngestionSchema.timeout]
            )
            let (job, estimate) = try await APIError.finding("source") {
                try await ingestion.start(
                    sources: body?[IngestionSchema.sources],
                    options: options,
                    for: call.caller
                )
            }
            var data = JSONObjectText()
            data.add("job_id", job.id)
            data.add("status", "started")
            data.add("estimated_duration", max(1, estimate.components.seconds))
            return .json(Envelope.open(data, call, message: "Ingestion started").bytes)
        }
    }

    private var stop: Operation {
        Operation(
            "stopIngestion",
            .post,
            "/api/v1/ingestion/stop",
            owner: .ingestion,
            access: .role(.developer),
            rate: .write,
            summary: "Stop reading sources",
            description: "Stops one job, or all of the organization. What was stored before stays stored.",
            body: Self.optional(IngestionSchema.stop, "{}"),
            answers: [
                DocumentedAnswer(
                    200,
                    "They are told to stop, and end behind their last commit.",
                    Envelope.schema(
                        .members(
                            .required("status", .oneOf(["stopped"])),
                            .required("stopped_at", ValueSchema.moment)
                        )
                    )
                )
            ],
            errors: [404]
        ) { call in
            let job = try Self.body(call)?[IngestionSchema.job]
            let stopped = try await APIError.finding("job") { try await ingestion.stop(job, for: call.caller) }
            var data = JSONObjectText()
            data.add("status", "stopped")
            data.add("stopped_at", Timestamp(nanoseconds: stopped))
            return .json(Envelope.open(data, call, message: "Ingestion stopped").bytes)
        }
    }

    private var status: Operation {
        Operation(
            "getIngestionStatus",
            .get,
            "/api/v1/ingestion/status",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "See what is being read",
            answers: [DocumentedAnswer(200, "The jobs.", Envelope.schema(IngestionSchema.status))]
        ) { call in
            let status = try await ingestion.status(for: call.caller)
            let open = status.open.map(IngestionJSON.job)
            var data = JSONObjectText()
            data.add("is_running", !open.isEmpty)
            data.addObject("current_job", open.first)
            data.addObject("last_completed", status.lastCompleted.map(IngestionJSON.job))
            data.add("jobs", open)
            return .json(Envelope.open(data, call).bytes)
        }
    }

    private var jobs: Operation {
        Operation(
            "listIngestionJobs",
            .get,
            "/api/v1/ingestion/jobs",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "List jobs",
            description: "The newest first. An organization keeps its last 1000 jobs.",
            parameters: Page.parameters(defaultLimit: 100),
            answers: [
                EnvelopedPage.answer("A page of jobs.", "jobs", of: IngestionSchema.jobObject)
            ]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await ingestion.page(offset: page.offset, limit: page.limit, for: call.caller)
            return EnvelopedPage.reply("jobs", found.items.map(IngestionJSON.job), page, total: found.total, for: call)
        }
    }

    private var job: Operation {
        Operation(
            "getIngestionJob",
            .get,
            "/api/v1/ingestion/jobs/{job_id}",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "Get a job",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(200, "The job.", Envelope.schema(IngestionSchema.jobObject))],
            errors: [404]
        ) { call in
            let job = try await APIError.finding("job") {
                try await ingestion.job(call.pathParameter("job_id"), for: call.caller)
            }
            return .json(Envelope.open(IngestionJSON.job(job), call).bytes)
        }
    }
}
