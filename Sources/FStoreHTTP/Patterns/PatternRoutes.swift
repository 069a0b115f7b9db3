internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// The patterns of document 002.
struct PatternRoutes: Sendable {
    let patterns: PatternService

    var operations: [Operation] { [sync, pull, versions, delete] }

    /// Document 002 has no pages: whoever asks as it shows gets as many as a page can have.
    private static let pullLimit = 1000
    /// A thousand patterns with descriptions of 4 KiB.
    private static let maxSyncBytes = 4_194_304

    private static let reference = Parameter.path(
        "pattern_name",
        .text(1...255),
        "The pattern's name.",
        example: "numpy_json_serialization"
    )
    private static let since = QueryField.moment("since", "Only patterns that were stored then or later.")
    private static let category = QueryField.text("category", .text(1...128), "Only patterns of this category.")

    private var sync: Operation {
        Operation(
            "syncPatterns",
            .post,
            "/api/v1/patterns/sync",
            owner: .teams,
            access: .role(.developer),
            rate: .write,
            summary: "Share patterns with the organization",
            description: """
                Up to \(PatternSchema.maxPatterns) patterns, each with a higher version than the organization has, or \
                as it has them. What has an older version, or the same one with another description or category, is \
                listed in `conflicts` and not stored; all others are. Earlier versions are kept.
                """,
            body: .json(
                PatternSchema.sync,
                example: #"{"patterns":[{"name":"numpy_json_serialization","description":"Handle NumPy types in JSON","#
                    + #""version":1,"category":"serialization"}]}"#,
                maxBytes: Self.maxSyncBytes
            ),
            answers: [DocumentedAnswer(200, "What became of them.", PatternSchema.synced)],
            errors: [409]
        ) { call in
            let sent = try PatternSchema.read(call.json())
            let result = try await patterns.sync(sent, for: call.caller)
            var object = JSONObjectText()
            object.add("status", "success")
            object.add("synced_count", result.synced)
            object.add("conflicts", result.conflicts.map(Self.object))
            object.add("timestamp", call.receivedAt)
            return .json(object.bytes)
        }
    }

    private var pull: Operation {
        Operation(
            "pullPatterns",
            .get,
            "/api/v1/patterns/pull",
            owner: .teams,
            access: .role(.viewer),
            rate: .read,
            summary: "Get the patterns of the organization",
            description: "By name, the newest version of each.",
            parameters: [Self.since.parameter, Self.category.parameter] + Page.parameters(defaultLimit: Self.pullLimit),
            answers: [DocumentedAnswer(200, "The patterns.", PatternSchema.pulled, headers: ListSchema.headers)],
            errors: [413]
        ) { call in
            let page = try Page(call, defaultLimit: Self.pullLimit)
            let found = try await patterns.pull(
                since: call.query(Self.since),
                category: call.query(Self.category),
                offset: page.offset,
                limit: page.limit,
                for: call.caller
            )
            var object = JSONObjectText()
            object.add("patterns", found.page.items.map(Self.object))
            if object.byteCount > call.maxAnswerBytes { throw APIError.answerTooLarge(call.maxAnswerBytes) }
            object.add("count", found.page.items.count)
            object.add("organization_id", try call.caller.organizationID)
            object.add("timestamp", found.time)
            object.add("total", found.page.total)
            object.add("page", page.page)
            object.add("limit", page.limit)
            return .json(object.bytes, headers: page.headers(total: found.page.total, for: call))
        }
    }

    private var versions: Operation {
        Operation(
            "listPatternVersions",
            .get,
            "/api/v1/patterns/{pattern_name}/versions",
            owner: .house,
            access: .role(.viewer),
            rate: .read,
            summary: "List the versions of a pattern",
            description: "The newest first.",
            parameters: [Self.reference] + Page.parameters(defaultLimit: 100),
            answers: [ListSchema.answer("A page of versions.", of: PatternSchema.pattern)],
            errors: [404, 413]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await patterns.versions(
                call.pathParameter("pattern_name"),
                offset: page.offset,
                limit: page.limit,
                for: call.caller
            )
            return try page.reply(found.items, total: found.total, for: call, Self.object)
        }
    }

    private var delete: Operation {
        Operation(
            "deletePattern",
            .delete,
            "/api/v1/admin/patterns/{pattern_name}",
            owner: .teams,
            access: .role(.admin),
            rate: .write,
            summary: "Delete a pattern",
            description: "With all of its versions. The name can be used again, from any version on.",
            parameters: [Self.reference],
            answers: [
                DocumentedAnswer(200, "It is gone.", .members(.required("status", .oneOf(["success"]))))
            ],
            errors: [404]
        ) { call in
            try await patterns.delete(call.pathParameter("pattern_name"), for: call.caller)
            return .json(Array(#"{"status":"success"}"#.utf8))
        }
    }

    private static func object(_ pattern: Pattern) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("name", pattern.name)
        object.add("description", pattern.description)
        object.add("version", pattern.version)
        object.add("category", pattern.category)
        object.add("last_modified_by", pattern.modifiedBy)
        object.add("last_modified_at", Timestamp(nanoseconds: pattern.modified))
        return object
    }

    private static func object(_ conflict: PatternSync.Conflict) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("name", conflict.name)
        object.add("sent_version", conflict.sentVersion)
        object.add("stored_version", conflict.storedVersion)
        object.add("reason", conflict.reason.rawValue)
        let stored = conflict.storedVersion
        let message =
            switch conflict.reason {
            case .older:
                "the organization has version \(stored), and \(conflict.sentVersion) was sent; pull it first"
            case .differs:
                "the organization has another text as version \(stored); pull it, and send a higher version"
            }
        object.add("message", message)
        return object
    }
}
