internal import FStoreIdentity
internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText

/// `fstore key create`
struct KeyCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an API key and print it. It is never shown again."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Option(help: ArgumentHelp("The user that the key belongs to: the name, number or id.", valueName: "user"))
    var user = FirstStart.username

    @Option(help: "The role of the key: viewer, developer, admin or operator; at most that of its user.")
    var role: Role = .developer

    @Option(help: ArgumentHelp("A name to find the key by in lists.", valueName: "text"))
    var name = "made by fstore key create"

    @Option(
        help: ArgumentHelp(
            "When the key ends: a time, or how long from now, such as 90d (default: never).",
            valueName: "when"
        )
    )
    var expires: String?

    @Option(
        help: ArgumentHelp(
            "Requests a minute: a number, unlimited, or standard (1000 reads and 100 writes).",
            valueName: "number"
        )
    )
    var rateLimit: Quota = .standard

    func validate() throws { try NameRule.check(name) }

    func run() throws {
        let end = try expires.map(Self.end)
        let (code, key) = try store.changeCatalog { [place, user, role, name, rateLimit] catalog in
            let organization = try await place.find(in: catalog)
            let owner = try await UserArguments.find(user, in: organization, of: catalog)
            guard role <= owner.role else {
                throw CommandError(
                    .badData,
                    "role",
                    "\(owner.username) has the role \(owner.role.rawValue); a key of this user cannot have the role "
                        + "\(role.rawValue)"
                )
            }
            let code = APIKeyCode.generate(userID: owner.id)
            let new = NewAPIKey(code: code, name: name, role: role, expires: end, quota: rateLimit)
            return (code, try await catalog.createKey(new, organization: organization.id, by: .typing))
        }
        try KeyText.show(key, code, store)
    }

    /// A time, or a duration from now on.
    private static func end(_ text: String) throws -> UnixNanoseconds {
        let now = Timestamp.now()
        let end = try DurationText.duration(text).map { now.advanced(by: $0) } ?? TimeText.parse(text)
        guard end > now else {
            throw ValidationError("--expires must be in the future; \(end) was given")
        }
        return end.nanoseconds
    }
}

extension Role: ExpressibleByArgument {}
extension Quota: ExpressibleByArgument {}
