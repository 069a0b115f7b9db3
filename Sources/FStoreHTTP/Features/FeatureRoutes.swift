internal import FStoreIdentity
internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// The operations on features of document 000.
struct FeatureRoutes: Sendable {
    let features: FeatureService
    let materializations: MaterializationService

    static let reference = Parameter.path(
        "feature_id",
        .text(1...255),
        "The feature's UUID, or its name.",
        example: "customer_lifetime_value"
    )
    static let ifMatch = Parameter.header(
        "If-Match",
        .text(0...65_536),
        "The `ETag` that you have. If it has changed, the answer is 412."
    )

    private static let tag = QueryField.texts("tag", .text(1...128), "Only features with this tag.")
    private static let owner = QueryField.text("owner", .text(0...255), "Only features of this owner.")
    private static let namePrefix = QueryField.text(
        "name_prefix",
        .text(0...255),
        "Only features whose name begins with this text."
    )

    var operations: [Operation] {
        [list, create, get, update, delete, materialize]
    }

    private var list: Operation {
        Operation(
            "listFeatures",
            .get,
            "/api/v1/features",
            owner: .features,
            access: .role(.viewer),
            rate: .read,
            summary: "List features",
            description: "The newest first. Several `tag`s narrow the list to features that have all of them.",
            parameters: Page.parameters(defaultLimit: 10) + [
                Self.tag.parameter, Self.owner.parameter, Self.namePrefix.parameter,
            ],
            answers: [ListSchema.answer("A page of features.", of: FeatureSchema.feature)],
            errors: [413]
        ) { call in
            let page = try Page(call, defaultLimit: 10)
            let found = try features.page(
                tags: call.query(Self.tag) ?? [],
                owner: call.query(Self.owner),
                namePrefix: call.query(Self.namePrefix),
                offset: page.offset,
                limit: page.limit,
                for: call.caller
            )
            return try page.reply(found.features, total: found.total, for: call, FeatureJSON.object)
        }
    }

    private var create: Operation {
        Operation(
            "createFeature",
            .post,
            "/api/v1/features",
            owner: .features,
            access: .role(.developer),
            rate: .write,
            summary: "Create a feature",
            description: "The type of its values is fixed here or by the first value. Names are unique.",
            body: .json(
                FeatureSchema.create,
                example: #"{"name":"customer_lifetime_value","description":"Total value of customer purchases","#
                    + #""source":{"type":"postgresql","query":"SELECT customer_id, SUM(value) FROM orders "#
                    + #"GROUP BY customer_id","update_frequency":"1h"},"#
                    + #""value_type":"float64","tags":["customer","financial"],"owner":"data_team"}"#
            ),
            answers: [
                DocumentedAnswer(201, "The feature.", FeatureSchema.feature, headers: ["Location", "ETag"])
            ],
            errors: [409]
        ) { call in
            let definition = FeatureDefinition(try call.json())
            let feature = try await features.define(definition, for: call.caller)
            var headers = Self.headers(feature)
            headers[.location] = "/api/v1/features/\(feature.id)"
            try await materializations.follow(feature, for: call.caller)
            return .json(try await object(feature, call).bytes, status: 201, headers: headers)
        }
    }

    private var get: Operation {
        Operation(
            "getFeature",
            .get,
            "/api/v1/features/{feature_id}",
            owner: .features,
            access: .role(.viewer),
            rate: .read,
            summary: "Get a feature",
            parameters: [
                Self.reference,
                .header(
                    "If-None-Match",
                    .text(0...65_536),
                    "The `ETag` that you have. If it is still the same, the answer is 304."
                ),
            ],
            answers: [
                DocumentedAnswer(200, "The feature.", FeatureSchema.feature, headers: ["ETag"]),
                DocumentedAnswer(304, "Nothing has changed.", nil, headers: ["ETag"]),
            ],
            errors: [404]
        ) { call in
            let feature = try features.feature(call)
            let headers = Self.headers(feature)
            let object = try await object(feature, call)
            // What fills a feature changes without the feature.
            let isFilled = FeatureOrigin(feature.definition.source) != nil
            if !isFilled, EntityTag.matches(call.headers[.ifNoneMatch], FeatureJSON.tag(feature)) {
                return Reply(status: 304, headers: headers, mediaType: nil, body: .none)
            }
            return .json(object.bytes, headers: headers)
        }
    }

    private var update: Operation {
        Operation(
            "updateFeature",
            .patch,
            "/api/v1/features/{feature_id}",
            owner: .features,
            access: .role(.developer),
            rate: .write,
            summary: "Change a feature",
            description: "A merge patch: what is left out stays, null removes. Name and value type cannot change.",
            parameters: [Self.reference, Self.ifMatch],
            body: .json(
                FeatureSchema.update,
                example: #"{"description":"Updated description","tags":["new_tag"]}"#,
                alsoTaking: ["application/merge-patch+json"]
            ),
            answers: [DocumentedAnswer(200, "The feature.", FeatureSchema.feature, headers: ["ETag"])],
            errors: [404, 412],
            beforeBody: { _ = try Self.expectation($0, features.feature($0)) }
        ) { call in
            let body = try call.json()
            let feature = try features.feature(call)
            let expected = try Self.expectation(call, feature)
            let changed = try await features.update(
                feature,
                FeatureUpdate(body, to: feature),
                expecting: expected,
                for: call.caller
            )
            try await materializations.follow(changed, for: call.caller)
            return .json(try await object(changed, call).bytes, headers: Self.headers(changed))
        }
    }

    private var delete: Operation {
        Operation(
            "deleteFeature",
            .delete,
            "/api/v1/features/{feature_id}",
            owner: .features,
            access: .role(.developer),
            rate: .write,
            summary: "Delete a feature",
            description: "No read finds its values any more. Their space is taken back in the background.",
            parameters: [Self.reference, Self.ifMatch],
            answers: [DocumentedAnswer(204, "It is gone.", nil)],
            errors: [404, 412]
        ) { call in
            let feature = try features.feature(call)
            try await features.delete(feature, expecting: Self.expectation(call, feature), for: call.caller)
            // It has happened. What is left in the catalog goes when the runner finds no such feature.
            try? await materializations.forget(feature, for: call.caller)
            return .empty
        }
    }

    private var materialize: Operation {
        Operation(
            "materializeFeature",
            .post,
            "/api/v1/features/{feature_id}/materialize",
            owner: .house,
            access: .role(.developer),
            rate: .write,
            summary: "Fill a feature from its source now",
            description: "Runs the query of the feature's source as soon as a worker is free.",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(202, "It runs, or will soon.", FeatureSchema.materialization)],
            errors: [404, 422]
        ) { call in
            let feature = try features.feature(call)
            guard FeatureOrigin(feature.definition.source) != nil else {
                throw APIError.invalid("source", "of this feature has no query to run")
            }
            try await materializations.run(feature, for: call.caller)
            guard let status = try await materializations.status(of: feature, for: call.caller) else {
                throw APIError.notFound("there is no such feature")
            }
            return .json(FeatureJSON.materialization(status, for: try call.caller.role).bytes, status: 202)
        }
    }

    private func object(_ feature: Feature, _ call: Call) async throws -> JSONObjectText {
        let status = try await materializations.status(of: feature, for: call.caller)
        return FeatureJSON.object(feature, status, for: try call.caller.role)
    }

    private static func headers(_ feature: Feature) -> HTTPFields {
        [.eTag: FeatureJSON.tag(feature)]
    }

    /// The version that `If-Match` asks for, if it asks.
    private static func expectation(_ call: Call, _ feature: Feature) throws -> Timestamp? {
        guard let wanted = call.headers[.ifMatch] else { return nil }
        if !EntityTag.matches(wanted, FeatureJSON.tag(feature)) {
            throw APIError(
                status: 412,
                code: .preconditionFailed,
                message: "the feature has changed: its ETag is \(FeatureJSON.tag(feature))"
            )
        }
        return feature.updated
    }
}

extension FeatureService {
    /// The feature that the path of a request names.
    func feature(_ call: Call) throws -> Feature {
        let reference = try call.pathParameter("feature_id")
        guard let feature = try feature(reference, for: call.caller) else {
            let hint = try suggestion(for: reference, for: call.caller)
            throw APIError.notFound("there is no such feature\(hint)")
        }
        return feature
    }
}
