internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Organizations, for those who run the server; an admin sees the own one.
struct OrganizationRoutes: Sendable {
    let organizations: OrganizationService

    var operations: [Operation] { [list, create, get, update, delete] }

    private static let reference = Parameter.path("organization_id", .text(1...20), "The organization's number.")

    // MARK: Shapes

    private static let quota = Schema.integer(1...Int64.max)
    private static let tierSchema = Schema.oneOf(OrganizationTier.allCases.map(\.rawValue))

    private static let newName = Field.text("name", .label(1...255), isRequired: true, "Unique on the server.")
    private static let name = Field.text("name", .label(1...255), "Unique on the server.")
    private static let tier = Field(
        "tier",
        tierSchema,
        "`standard`: the quotas count. `unlimited`: none does, whatever the numbers are."
    ) { $0.text.flatMap(OrganizationTier.init) }
    private static let maxStoredBytes = Field.raw(
        "max_stored_bytes",
        quota.orNull,
        "Bytes of keys and values of its features, history included; null is no limit."
    )
    private static let maxWritesPerSecond = Field.raw(
        "max_writes_per_second",
        quota.orNull,
        "Values written in a second, each item of a batch and each line counted; null is no limit."
    )
    private static let disabled = Field.flag("disabled", "Whether its keys and sessions open nothing.")

    private static let createSchema = Schema.named(
        "OrganizationCreate",
        .members(newName.member, tier.member, maxStoredBytes.member, maxWritesPerSecond.member)
    )
    private static let updateSchema = Schema.named(
        "OrganizationUpdate",
        .members(name.member, tier.member, maxStoredBytes.member, maxWritesPerSecond.member, disabled.member)
    )

    private static let deletion = Schema.members(
        .required("began_at", ValueSchema.moment),
        .required("ended_at", ValueSchema.moment.orNull, "When the last of its values was gone."),
        .required("features_left", .integer(0...Int64.max), "Features whose values are still to be removed.")
    )

    private static let schema = Schema.named(
        "Organization",
        .members(
            .required("id", UserSchema.organizationID),
            .required("name", .text(1...255)),
            .required("status", .oneOf(Organization.Status.allCases.map(\.rawValue))),
            .required("tier", tierSchema),
            .required("max_stored_bytes", quota.orNull),
            .required("max_writes_per_second", quota.orNull),
            .required("stored_bytes", .integer(0...Int64.max).orNull, "Counted while there is a limit, else null."),
            .required("space", .integer(0...Int64(UInt32.max)), "Where the command line finds its features."),
            .required("created_at", ValueSchema.moment),
            .required("deletion", deletion.orNull)
        )
    )

    private static func object(_ report: OrganizationService.Report) -> JSONObjectText {
        let organization = report.organization
        var object = JSONObjectText()
        object.add("id", organization.id)
        object.add("name", organization.name)
        object.add("status", organization.status.rawValue)
        object.add("tier", organization.tier.rawValue)
        object.add("max_stored_bytes", organization.quotas.maxStoredBytes.map(FeatureValue.int64))
        object.add("max_writes_per_second", organization.quotas.maxWritesPerSecond.map(FeatureValue.int64))
        object.add("stored_bytes", report.storedBytes.map(FeatureValue.int64))
        object.add("space", organization.space)
        object.add("created_at", Timestamp(nanoseconds: organization.created))
        if let began = organization.deletionBegan {
            var deletion = JSONObjectText()
            deletion.add("began_at", Timestamp(nanoseconds: began))
            deletion.add("ended_at", organization.deletionEnded.map(Timestamp.init(nanoseconds:)))
            deletion.add("features_left", report.featuresLeft ?? 0)
            object.add("deletion", deletion)
        } else {
            object.add("deletion", nil as String?)
        }
        return object
    }

    /// What the body changes. A quota that is there and null is taken away.
    private static func update(_ body: JSONValue) -> OrganizationUpdate {
        var update = OrganizationUpdate()
        update.name = body[name]
        update.tier = body[tier]
        if let bytes = body[maxStoredBytes] { update.maxStoredBytes = .some(bytes.integer.map(Int64.init)) }
        if let writes = body[maxWritesPerSecond] { update.maxWritesPerSecond = .some(writes.integer.map(Int64.init)) }
        update.isDisabled = body[disabled]
        return update
    }

    // MARK: Operations

    private var list: Operation {
        Operation(
            "listOrganizations",
            .get,
            "/api/v1/organizations",
            owner: .house,
            access: .role(.operator),
            rate: .read,
            summary: "List organizations",
            description: "The oldest first, deleted ones too.",
            parameters: Page.parameters(defaultLimit: 100),
            answers: [ListSchema.answer("A page of organizations.", of: Self.schema)]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await organizations.page(offset: page.offset, limit: page.limit, for: call.caller)
            return try page.reply(found.items, total: found.total, for: call, Self.object)
        }
    }

    private var create: Operation {
        Operation(
            "createOrganization",
            .post,
            "/api/v1/organizations",
            owner: .house,
            access: .role(.operator),
            rate: .write,
            summary: "Make an organization",
            description: "It has no users; an invitation with its `organization_id` brings the first one.",
            body: .json(Self.createSchema, example: #"{"name":"Northwind","max_writes_per_second":5000}"#),
            answers: [DocumentedAnswer(201, "The organization.", Self.schema, headers: ["Location"])],
            errors: [409]
        ) { call in
            let body = try call.json()
            let name = body[Self.newName] ?? ""
            let made = try await organizations.create(name, Self.update(body), for: call.caller)
            let headers: HTTPFields = [.location: "/api/v1/organizations/\(made.organization.id)"]
            return .json(Self.object(made).bytes, status: 201, headers: headers)
        }
    }

    private var get: Operation {
        Operation(
            "getOrganization",
            .get,
            "/api/v1/organizations/{organization_id}",
            owner: .house,
            access: .role(.admin),
            rate: .read,
            summary: "Get an organization",
            description: "An admin sees the own one, an operator all.",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(200, "The organization.", Self.schema)],
            errors: [404]
        ) { call in
            try await Self.reply {
                try await organizations.organization(call.pathNumber("organization_id"), for: call.caller)
            }
        }
    }

    private var update: Operation {
        Operation(
            "updateOrganization",
            .patch,
            "/api/v1/organizations/{organization_id}",
            owner: .house,
            access: .role(.operator),
            rate: .write,
            summary: "Change an organization",
            description: "A merge patch: what is left out stays, null takes a quota away. All of it counts from the "
                + "next request on.",
            parameters: [Self.reference],
            body: .json(
                Self.updateSchema,
                example: #"{"max_stored_bytes":10000000000,"max_writes_per_second":1000}"#,
                alsoTaking: ["application/merge-patch+json"]
            ),
            answers: [DocumentedAnswer(200, "The organization.", Self.schema)],
            errors: [404, 409]
        ) { call in
            let update = Self.update(try call.json())
            return try await Self.reply {
                try await organizations.update(call.pathNumber("organization_id"), update, for: call.caller)
            }
        }
    }

    private var delete: Operation {
        Operation(
            "deleteOrganization",
            .delete,
            "/api/v1/organizations/{organization_id}",
            owner: .house,
            access: .role(.operator),
            rate: .write,
            summary: "Delete an organization",
            description: """
                Its keys and sessions end at once, and its name is free again. Its values are removed in the \
                background, in slices; `status` says `deleting` until the last one is gone, then `deleted`. It cannot \
                be undone. The first organization stays.
                """,
            parameters: [Self.reference],
            answers: [DocumentedAnswer(202, "The deletion has begun.", Self.schema)],
            errors: [404, 409]
        ) { call in
            try await Self.reply(status: 202) {
                try await organizations.delete(call.pathNumber("organization_id"), for: call.caller)
            }
        }
    }

    private static func reply(
        status: Int = 200,
        _ body: () async throws -> OrganizationService.Report
    ) async throws -> Reply {
        .json(object(try await APIError.finding("organization", body)).bytes, status: status)
    }
}
