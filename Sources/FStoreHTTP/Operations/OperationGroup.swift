/// What people want to do: the documents list operations under it. Which document of the API defines an operation is
/// of no use to who looks for one.
enum OperationGroup: CaseIterable, Sendable {
    case features, values, training, sources, ingestion, data, webhooks, patterns, accounts, teams, keys, users,
        organizations
    case audit, administration, health, documentation

    var title: String {
        switch self {
        case .features: "Features"
        case .values: "Values"
        case .training: "Training"
        case .sources: "Sources"
        case .ingestion: "Ingestion"
        case .data: "Data"
        case .webhooks: "Webhooks"
        case .patterns: "Patterns"
        case .teams: "Teams"
        case .accounts: "Accounts"
        case .keys: "Keys"
        case .users: "Users"
        case .organizations: "Organizations"
        case .audit: "Audit"
        case .administration: "Administration"
        case .health: "Health"
        case .documentation: "Documentation"
        }
    }

    var description: String {
        switch self {
        case .features: "What is stored: names, types, owners, how long values count."
        case .values: "Values of entities: written, read as of any time, deleted, erased."
        case .training: "Training sets: point-in-time correct values for rows of entities and times."
        case .sources: "Where values come from."
        case .ingestion: "Reading sources: jobs, their progress, and the rows that did not fit."
        case .data: "Records that sources have brought, by source, time and value."
        case .webhooks: "Requests that tell others of what has happened."
        case .patterns: "What developers have learned and share, in versions, and how much time it saves."
        case .teams: "Teams of users, and the settings of the organization and of its teams."
        case .accounts: "Registering, signing in and out, sessions, passwords."
        case .keys: "Who may use the API, and how much of it."
        case .users: "The people and programs of an organization, and what each may do."
        case .organizations: "Who shares a server without seeing each other, and how much each may have."
        case .audit: "Who changed what, from where and when."
        case .administration: "The server as a whole: its state, maintenance, limits. For operators."
        case .health: "Whether the server works, for people, load balancers and Prometheus."
        case .documentation: "The API itself, for people and for programs."
        }
    }
}

extension [Operation] {
    /// The same operations, in `group`.
    func grouped(_ group: OperationGroup) -> [Operation] {
        map { operation in
            var operation = operation
            operation.group = group
            return operation
        }
    }
}
