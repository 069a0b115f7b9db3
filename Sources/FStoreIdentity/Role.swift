/// What a user or a key may do. Each role may do all that the lesser ones may.
package enum Role: String, CaseIterable, Comparable, Sendable {
    /// Reads.
    case viewer
    /// Reads and writes values and definitions.
    case developer
    /// Manages keys, users and sources of the organization.
    case admin
    /// Runs the server.
    case `operator`

    package static func < (left: Role, right: Role) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .developer: 1
        case .admin: 2
        case .operator: 3
        }
    }
}
