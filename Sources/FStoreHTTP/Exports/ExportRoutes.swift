internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Records as files (document 001).
struct ExportRoutes: Sendable {
    let exports: ExportService

    var operations: [Operation] { [create, get, download] }

    private static let reference = Parameter.path("export_id", .text(1...64), "The export's id.")

    private static let format = Field.text(
        "format",
        .oneOf(ExportRequest.Format.allCases.map(\.rawValue)),
        isRequired: true,
        "`json` is one array."
    )
    private static let columns = Field.texts(
        "columns",
        .array(.oneOf(ExportRequest.Column.allCases.map(\.rawValue)), 1...6).orNull,
        "In this order. If it is left out: all."
    )
    private static let raw = Field.flag(
        "raw",
        "In CSV: whether texts that a spreadsheet would run as formulas stand as they are. Else an apostrophe precedes "
            + "them."
    )

    private static let shape: [Schema.Member] = [
        .required("export_id", .text(1...64)),
        .required("status", .oneOf(["processing", "completed", "failed"])),
        .required("download_url", .text(1...255)),
    ]

    private var create: Operation {
        Operation(
            "createExport",
            .post,
            "/api/v1/data/export",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            ownLimit: 10,
            summary: "Write records into a file",
            description: """
                The file is written in the background, in the order of columns, entities and times, and kept for 24 \
                hours. Only who asked for it may download it. An organization has at most \(Export.mostKept) at a \
                time, of \(Export.mostBytes >> 30) GiB together.
                """,
            body: .json(
                .named(
                    "DataExport",
                    .members(Self.format.member, DataSchema.filters.member, Self.columns.member, Self.raw.member)
                ),
                example: #"{"format":"csv","filters":{"date_range":{"start":"2024-01-01T00:00:00Z","#
                    + #""end":"2024-01-02T00:00:00Z"}},"columns":["id","timestamp","value"]}"#
            ),
            answers: [
                DocumentedAnswer(
                    200,
                    "It is being written.",
                    Envelope.schema(
                        .members(Self.shape + [.required("estimated_completion", ValueSchema.moment)])
                    )
                )
            ],
            errors: [404, 409]
        ) { call in
            let body = try call.json()
            let question = try DataRoutes.filters(body, call)
            let names = body[Self.columns] ?? ExportRequest.Column.allCases.map(\.rawValue)
            var request = ExportRequest(
                format: body[Self.format].flatMap { ExportRequest.Format(rawValue: $0) } ?? .csv,
                columns: names.compactMap { ExportRequest.Column(rawValue: $0) }
            )
            if Set(names).count != names.count { throw APIError.invalid("columns", "names a column twice") }
            (request.source, request.first, request.last) = (question.source, question.first, question.last)
            (request.least, request.most) = (question.least, question.most)
            request.isRaw = body[Self.raw] ?? false
            let export: Export
            do {
                export = try await exports.create(request, for: call.caller)
            } catch DataService.Refusal.unknownSource(let name) {
                throw APIError.notFound("there is no source \"\(name.excerpt)\"")
            }
            var data = Self.object(export)
            data.add("estimated_completion", Timestamp(nanoseconds: export.created + Self.usualNanoseconds))
            return .json(Envelope.open(data, call, message: "Export started").bytes)
        }
    }

    /// What a file takes that is not large.
    private static let usualNanoseconds: Int64 = 5_000_000_000

    private static func object(_ export: Export) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("export_id", export.id)
        object.add("status", export.state.rawValue)
        object.add("download_url", "/api/v1/data/export/\(export.id)/download")
        return object
    }

    private var get: Operation {
        Operation(
            "getExport",
            .get,
            "/api/v1/data/export/{export_id}",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "See how an export goes",
            parameters: [Self.reference],
            answers: [
                DocumentedAnswer(
                    200,
                    "The export.",
                    Envelope.schema(
                        .members(
                            Self.shape + [
                                .required("progress", .integer(0...100), "Percent; 0 until it is whole."),
                                .required("records", .integer(0...Int64.max), "Records that are written."),
                                .required("file_size", .text(1...32).orNull, "Such as 2.5MB."),
                                .required("file_size_bytes", Schema.integer(0...Int64.max).orNull),
                                .required("expires_at", ValueSchema.moment),
                                .required("error", .text(0...65_536).orNull, "Why it failed."),
                            ]
                        )
                    )
                )
            ],
            errors: [404, 410]
        ) { call in
            let export = try await APIError.finding("export") {
                try await exports.export(call.pathParameter("export_id"), for: call.caller)
            }
            if exports.isGone(export, for: try call.caller) { throw Self.gone }
            var data = Self.object(export)
            data.add("progress", export.state == .completed ? 100 : 0)
            data.add("records", exports.progress(of: export, for: try call.caller))
            data.add("file_size", export.bytes.map { StatusRoutes.size(Int($0)) })
            data.add("file_size_bytes", export.bytes.map { .int64($0) } as FeatureValue?)
            data.add("expires_at", Timestamp(nanoseconds: export.expires))
            data.add("error", export.error)
            return .json(Envelope.open(data, call).bytes)
        }
    }

    private static let gone = APIError(
        status: 410,
        code: .gone,
        message: "the file of this export is no longer kept; ask for a new one"
    )

    private var download: Operation {
        Operation(
            "downloadExport",
            .get,
            "/api/v1/data/export/{export_id}/download",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "Download an export",
            description: "`Range` asks for part of the file.",
            parameters: [Self.reference, .header("Range", .text(0...65_536), "Such as `bytes=0-1023`.")],
            answers: [
                DocumentedAnswer(200, "The file.", .anything, or: ["text/csv", "application/x-ndjson"]),
                DocumentedAnswer(206, "Part of it.", .anything, or: ["text/csv", "application/x-ndjson"]),
            ],
            errors: [404, 409, 410, 416]
        ) { call in
            let id = try call.pathParameter("export_id")
            let file = try await Self.file(exports, id, call)
            var headers: HTTPFields = [.acceptRanges: "bytes", .eTag: "\"\(id)\""]
            headers[.contentDisposition] = "attachment; filename=\"\(id).\(file.request.format.rawValue)\""
            headers[.cacheControl] = "private"
            let header = call.headers[.range]
            let isSame = call.headers[.ifRange].map { $0 == headers[.eTag] } ?? true
            switch ByteRange(isSame ? header : nil, size: file.bytes) {
            case .all:
                return Reply(
                    status: 200,
                    headers: headers,
                    mediaType: Self.mediaType(file.request.format),
                    body: .file(Reply.FilePart(path: file.path, range: 0..<file.bytes))
                )
            case .part(let range):
                headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.bytes)"
                return Reply(
                    status: 206,
                    headers: headers,
                    mediaType: Self.mediaType(file.request.format),
                    body: .file(Reply.FilePart(path: file.path, range: range))
                )
            case .notSatisfiable:
                throw APIError(
                    status: 416,
                    code: .rangeNotSatisfiable,
                    message: "the file has \(file.bytes) bytes, and none of those that Range asks for",
                    headers: [("Content-Range", "bytes */\(file.bytes)")]
                )
            }
        }
    }

    private static func file(_ exports: ExportService, _ id: String, _ call: Call) async throws -> ExportService.File {
        do {
            return try await APIError.finding("export") { try await exports.file(id, for: call.caller) }
        } catch ExportService.Refusal.notReady {
            throw APIError.conflict("the file is still being written; ask again when status is completed")
        } catch ExportService.Refusal.failed(let reason) {
            throw APIError.conflict("the file could not be written: \(reason)")
        } catch ExportService.Refusal.gone {
            throw gone
        }
    }

    private static func mediaType(_ format: ExportRequest.Format) -> String {
        switch format {
        case .csv: "text/csv; charset=utf-8"
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        }
    }
}
