internal import FStoreIdentity
internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// The operations on sources of documents 000 and 001.
struct SourceRoutes: Sendable {
    let sources: SourceService

    var operations: [Operation] { [list, create, get, update, delete] }

    private static let type = QueryField.text("type", .oneOf(SourceSchema.types), "Only sources of this type.")
    private static let reference = Parameter.path("source_id", .text(1...64), "The source's id.")

    private var list: Operation {
        Operation(
            "listSources",
            .get,
            "/api/v1/sources",
            owner: .features,
            access: .role(.viewer),
            rate: .read,
            summary: "List sources",
            description: "The newest first. The members of documents 000 and 001 stand side by side.",
            parameters: Page.parameters(defaultLimit: 100) + [
                Self.type.parameter
            ],
            answers: [DocumentedAnswer(200, "A page of sources.", SourceSchema.list, headers: ListSchema.headers)],
            errors: [413]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let type = try call.query(Self.type)
            let found = try await sources.page(type: type, offset: page.offset, limit: page.limit, for: call.caller)
            let rows = found.items.map(SourceJSON.row)
            var data = JSONObjectText()
            data.add("sources", rows)
            return try page.reply(rows, total: found.total, for: call, behind: Envelope.open(data, call)) { $0 }
        }
    }

    private var create: Operation {
        Operation(
            "createSource",
            .post,
            "/api/v1/sources",
            owner: .features,
            access: .role(.developer),
            rate: .write,
            summary: "Add a source",
            body: .json(
                SourceSchema.create,
                example: #"{"type":"postgresql","name":"customer_database","config":{"host":"localhost","port":5432,"#
                    + #""database":"customers","user":"user","password":"password"}}"#
            ),
            answers: [DocumentedAnswer(201, "The source.", SourceSchema.source, headers: ["Location", "ETag"])],
            errors: [409]
        ) { call in
            let body = try call.json()
            let type = body[SourceSchema.newType] ?? ""
            guard let kind = SourceKind(type: type) else { throw APIError.invalid("type", "is not known") }
            let source = try await sources.create(
                name: body[SourceSchema.newName] ?? "",
                kind: kind,
                type: type,
                config: Self.checked(body[SourceSchema.newConfig]) ?? [],
                enabled: body[SourceSchema.enabled] ?? true,
                validation: body[SourceSchema.validation],
                for: call.caller
            )
            var headers: HTTPFields = [.eTag: SourceJSON.tag(source)]
            headers[.location] = "/api/v1/sources/\(source.id)"
            return .json(try SourceJSON.object(source, for: call.caller.role).bytes, status: 201, headers: headers)
        }
    }

    private var get: Operation {
        Operation(
            "getSource",
            .get,
            "/api/v1/sources/{source_id}",
            owner: .ingestion,
            access: .role(.viewer),
            rate: .read,
            summary: "Get a source",
            parameters: [Self.reference],
            answers: [
                DocumentedAnswer(200, "The source.", Envelope.schema(SourceSchema.source), headers: ["ETag"])
            ],
            errors: [404]
        ) { call in
            let source = try await source(call)
            let object = try SourceJSON.object(source, for: call.caller.role)
            return .json(Envelope.open(object, call).bytes, headers: [.eTag: SourceJSON.tag(source)])
        }
    }

    private var update: Operation {
        Operation(
            "updateSource",
            .patch,
            "/api/v1/sources/{source_id}",
            owner: .house,
            access: .role(.developer),
            rate: .write,
            summary: "Change a source",
            description: "A merge patch: members that are left out stay as they are.",
            parameters: [Self.reference, FeatureRoutes.ifMatch],
            body: .json(
                SourceSchema.update,
                example: #"{"config":{"host":"db.internal","password":"password"},"enabled":false}"#,
                alsoTaking: ["application/merge-patch+json"]
            ),
            answers: [DocumentedAnswer(200, "The source.", SourceSchema.source, headers: ["ETag"])],
            errors: [404, 409, 412],
            beforeBody: { _ = try Self.expectation($0, await source($0)) }
        ) { call in
            let body = try call.json()
            let source = try await source(call)
            let changed = try await sources.update(
                source,
                name: body[SourceSchema.changedName],
                type: body[SourceSchema.changedType],
                config: Self.checked(body[SourceSchema.changedConfig]),
                enabled: body[SourceSchema.enabled],
                validation: body[SourceSchema.validation],
                expectedVersion: Self.expectation(call, source),
                for: call.caller
            )
            let object = try SourceJSON.object(changed, for: call.caller.role)
            return .json(object.bytes, headers: [.eTag: SourceJSON.tag(changed)])
        }
    }

    private var delete: Operation {
        Operation(
            "deleteSource",
            .delete,
            "/api/v1/sources/{source_id}",
            owner: .house,
            access: .role(.developer),
            rate: .write,
            summary: "Delete a source",
            parameters: [Self.reference, FeatureRoutes.ifMatch],
            answers: [DocumentedAnswer(204, "It is gone, and its secrets with it.", nil)],
            errors: [404, 412]
        ) { call in
            let source = try await source(call)
            let expected = try Self.expectation(call, source)
            try await sources.delete(source.id, expectedVersion: expected, for: call.caller)
            return .empty
        }
    }

    private func source(_ call: Call) async throws -> Source {
        try await APIError.finding("source") {
            try await sources.source(call.pathParameter("source_id"), for: call.caller)
        }
    }

    /// The members of `config`, by names that the catalog keeps whole.
    private static func checked(_ members: [JSONMember]?) throws -> [JSONMember]? {
        for member in members ?? [] {
            if let reason = Schema.controlCharacters(member.name) {
                throw APIError.invalid("config.\(member.name.excerpt)", "has a name that \(reason)")
            }
        }
        return members
    }

    private static func expectation(_ call: Call, _ source: Source) throws -> Int64? {
        guard let wanted = call.headers[.ifMatch] else { return nil }
        if !EntityTag.matches(wanted, SourceJSON.tag(source)) { throw CatalogError.versionMismatch }
        return source.version
    }
}
