internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// What is asked about the rows of a source (document 001).
struct SourceReadingRoutes: Sendable {
    let sources: SourceService
    let ingestion: IngestionService

    var operations: [Operation] { [test, rejects, enable, disable] }

    private static let reference = Parameter.path("source_id", .text(1...64), "The source's id.")

    private static let testResult = Schema.members(
        .required("connected", .boolean),
        .required("error", .text(0...65_536).orNull, "Why the source cannot be read."),
        .required(
            "sample_data",
            .array(.object(Schema.ObjectRule(members: [], others: .anything, count: 0...100_000)), 0...100),
            "The first rows."
        ),
        .required("total_records", .integer(0...Int64.max).orNull, "How many rows there are."),
        .required(
            "total_is_exact",
            .boolean,
            "False when counting would have taken too long: there are more than `total_records`."
        )
    )

    private var test: Operation {
        Operation(
            "testSource",
            .post,
            "/api/v1/sources/{source_id}/test",
            owner: .ingestion,
            access: .role(.developer),
            rate: .write,
            summary: "Try whether a source can be read",
            description: "Reads the first rows and counts all, and stores nothing.",
            parameters: [Self.reference],
            answers: [
                DocumentedAnswer(200, "What was found, also when nothing was.", Envelope.schema(Self.testResult))
            ],
            errors: [404]
        ) { call in
            let found = try await APIError.finding("source") {
                try await ingestion.test(call.pathParameter("source_id"), for: call.caller)
            }
            var data = JSONObjectText()
            switch found {
            case .connected(let sample, let count):
                data.add("connected", true)
                data.add("error", nil as String?)
                data.add("sample_data", sample.rows.map(Self.row))
                data.add("total_records", count.rows)
                data.add("total_is_exact", count.isWhole)
            case .failed(let reason):
                data.add("connected", false)
                data.add("error", reason)
                data.add("sample_data", [] as [JSONObjectText])
                data.add("total_records", nil as String?)
                data.add("total_is_exact", true)
            }
            return .json(Envelope.open(data, call).bytes)
        }
    }

    private static func row(_ members: [JSONMember]) -> JSONObjectText {
        var object = JSONObjectText()
        var names: Set<String> = []
        for member in members where names.insert(member.name).inserted {
            var bytes: [UInt8] = []
            JSONText.append(member.value, to: &bytes)
            object.add(member.name, .json(String(decoding: bytes, as: UTF8.self)) as FeatureValue)
        }
        return object
    }

    private static let reject = Schema.members(
        .required("run_id", .text(1...64)),
        .required("file", .text(0...4096).orNull),
        .required("line", .integer(0...Int64.max), "Where the row begins, counted from 1."),
        .required("field", .text(0...65_536).orNull, "The column that is wrong."),
        .required("reason", .text(0...65_536)),
        .required("row", .text(0...65_536), "The row, or how it begins."),
        .required("rejected_at", ValueSchema.moment)
    )

    private var rejects: Operation {
        Operation(
            "listSourceRejects",
            .get,
            "/api/v1/sources/{source_id}/rejects",
            owner: .ingestion,
            access: .role(.developer),
            rate: .read,
            summary: "List rows that were rejected",
            description: "The last run's first, by file and line. A source keeps its last \(SourceReject.mostKept).",
            parameters: [Self.reference] + Page.parameters(defaultLimit: 100),
            answers: [
                EnvelopedPage.answer("A page of rejected rows.", "rejects", of: Self.reject)
            ],
            errors: [404]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await APIError.finding("source") {
                try await ingestion.rejects(
                    of: call.pathParameter("source_id"),
                    offset: page.offset,
                    limit: page.limit,
                    for: call.caller
                )
            }
            let rejects = found.items.map { reject in
                var object = JSONObjectText()
                object.add("run_id", reject.runID)
                object.add("file", reject.file.isEmpty ? nil : reject.file)
                object.add("line", reject.line)
                object.add("field", reject.field)
                object.add("reason", reject.reason)
                object.add("row", reject.row)
                object.add("rejected_at", Timestamp(nanoseconds: reject.time))
                return object
            }
            return EnvelopedPage.reply("rejects", rejects, page, total: found.total, for: call)
        }
    }

    private var enable: Operation { switching("enableSource", "enable", "Use a source", to: true) }
    private var disable: Operation { switching("disableSource", "disable", "Do not use a source", to: false) }

    private func switching(_ id: String, _ verb: String, _ summary: String, to isEnabled: Bool) -> Operation {
        Operation(
            id,
            .post,
            "/api/v1/sources/{source_id}/\(verb)",
            owner: .ingestion,
            access: .role(.developer),
            rate: .write,
            summary: summary,
            parameters: [Self.reference],
            answers: [
                DocumentedAnswer(200, "The source.", Envelope.schema(SourceSchema.source), headers: ["ETag"])
            ],
            errors: [404]
        ) { call in
            let changed = try await APIError.finding("source") {
                let source = try await sources.source(call.pathParameter("source_id"), for: call.caller)
                return try await sources.update(
                    source,
                    name: nil,
                    type: nil,
                    config: nil,
                    enabled: isEnabled,
                    validation: nil,
                    expectedVersion: nil,
                    for: call.caller
                )
            }
            let object = try SourceJSON.object(changed, for: call.caller.role)
            return .json(Envelope.open(object, call).bytes, headers: [.eTag: SourceJSON.tag(changed)])
        }
    }
}
