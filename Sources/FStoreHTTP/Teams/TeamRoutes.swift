internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Teams of the caller's organization.
struct TeamRoutes: Sendable {
    let teams: TeamService

    var operations: [Operation] { [list, create, delete, add, remove] }

    private static let reference = Parameter.path("team_id", .integer(1...Int64.max), "The team's number.")
    private static let user = Parameter.path(
        "user_id",
        .text(1...64),
        "The user's number, or the id `usr_…`.",
        example: "1"
    )

    private static let name = Field.text(
        "name",
        .label(1...255, example: "platform"),
        isRequired: true,
        "Unique within the organization."
    )

    private static let teamSchema = Schema.named(
        "Team",
        .members(
            .required("id", .integer(1...Int64.max)),
            .required("name", .text(1...255)),
            .required(
                "members",
                .array(
                    .members(
                        .required("user_id", .integer(1...Int64.max)),
                        .required("id", .text(1...64), "The same user's id as text, `usr_…`."),
                        .required("username", .text(1...255))
                    ),
                    0...Team.maxMembers
                )
            ),
            .required("created_at", ValueSchema.moment)
        )
    )

    private var list: Operation {
        Operation(
            "listTeams",
            .get,
            "/api/v1/teams",
            owner: .house,
            access: .role(.admin),
            rate: .read,
            summary: "List teams",
            description: "The oldest first, each with its members.",
            parameters: Page.parameters(defaultLimit: 100),
            answers: [ListSchema.answer("A page of teams.", of: Self.teamSchema)],
            errors: [413]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await teams.page(offset: page.offset, limit: page.limit, for: call.caller)
            return try page.reply(found.items, total: found.total, for: call, Self.object)
        }
    }

    private var create: Operation {
        Operation(
            "createTeam",
            .post,
            "/api/v1/teams",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Make a team",
            description: "An organization has at most \(Team.maxTeams) teams, a team \(Team.maxMembers) members.",
            body: .json(.named("TeamCreate", .members(Self.name.member)), example: #"{"name":"platform"}"#),
            answers: [DocumentedAnswer(201, "The team, without members.", Self.teamSchema)],
            errors: [409]
        ) { call in
            let name = try call.json()[Self.name] ?? ""
            return .json(Self.object(try await teams.create(name: name, for: call.caller)).bytes, status: 201)
        }
    }

    private var delete: Operation {
        Operation(
            "deleteTeam",
            .delete,
            "/api/v1/teams/{team_id}",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Delete a team",
            description: "Its settings go with it. Its members stay users.",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(204, "It is gone.", nil)],
            errors: [404]
        ) { call in
            try await teams.delete(call.pathNumber("team_id"), for: call.caller)
            return .empty
        }
    }

    private var add: Operation {
        Operation(
            "addTeamMember",
            .put,
            "/api/v1/teams/{team_id}/members/{user_id}",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Add a user to a team",
            description: "Of the same organization. Who is a member already stays one.",
            parameters: [Self.reference, Self.user],
            answers: [DocumentedAnswer(200, "The team.", Self.teamSchema)],
            errors: [404, 409]
        ) { call in
            let team = try await teams.add(
                call.pathParameter("user_id"),
                to: call.pathNumber("team_id"),
                for: call.caller
            )
            return .json(Self.object(team).bytes)
        }
    }

    private var remove: Operation {
        Operation(
            "removeTeamMember",
            .delete,
            "/api/v1/teams/{team_id}/members/{user_id}",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Take a user out of a team",
            parameters: [Self.reference, Self.user],
            answers: [DocumentedAnswer(204, "The user is no member any more.", nil)],
            errors: [404]
        ) { call in
            try await teams.remove(call.pathParameter("user_id"), from: call.pathNumber("team_id"), for: call.caller)
            return .empty
        }
    }

    private static func object(_ team: Team) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", team.id)
        object.add("name", team.name)
        let members = team.members.map { member in
            var object = JSONObjectText()
            object.add("user_id", member.userID)
            object.add("id", member.publicID)
            object.add("username", member.username)
            return object
        }
        object.add("members", members)
        object.add("created_at", Timestamp(nanoseconds: team.created))
        return object
    }
}
