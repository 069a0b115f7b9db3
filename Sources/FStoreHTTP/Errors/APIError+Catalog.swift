internal import FStoreIdentity
internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import NIOCore
internal import NIOHTTP1

/// The catalog's errors as answers. Exhaustive: a new error does not compile until it has a status.
extension APIError {
    init(_ error: CatalogError) {
        switch error {
        case .notFound: self = .notFound("there is no such entry")
        case .nameTaken(let name): self = .conflict("the name \"\(name.excerpt)\" is taken")
        case .addressTaken(let address): self = .conflict("somebody has the address \"\(address.excerpt)\" already")
        case .lastAdmin, .lastOperator, .firstOrganization, .organizationDeleted, .keyTaken, .tooMany, .notRotatable,
            .sourceBusy, .sourceDisabled:
            self = .conflict(error.description)
        case .settingEnforced: self = .forbidden(error.description)
        case .unknownKey(let id): self = .notFound("there is no key \"\(id.excerpt)\"")
        case .versionMismatch:
            self = APIError(status: 412, code: .preconditionFailed, message: error.description)
        case .busy, .canceled: self = .unavailable(error.description, retryAfterSeconds: 1)
        case .full: self = APIError(status: 507, code: .storageFull, message: error.description)
        case .newerFormat, .notACatalog, .empty, .behind, .damaged, .link, .fileExists, .auditClosed, .auditDamaged,
            .storage:
            self = .internalError()
        }
    }

    /// Any error that a handler may throw.
    init(any error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as CatalogError: self.init(error)
        case is BrokenBody, is HTTPParserError, is ChannelError, is IOError:
            self = .malformed("the body ended early, or is not valid chunked encoding")
        case KeyService.Refusal.roleAboveCaller:
            self = .forbidden("a key cannot have a higher role than the key that makes it")
        case KeyService.Refusal.keyAboveCaller:
            self = .forbidden("a key of a higher role cannot be revoked or rotated with this one")
        case KeyService.Refusal.limitAboveCaller(let limit):
            self = .forbidden(
                "a key cannot have a higher limit than the key that makes it, which is \(limit.rawValue)"
            )
        case KeyService.Refusal.endBehindCaller(let end):
            self = .forbidden(
                "a key cannot outlast the key that makes it, which ends at \(Timestamp(nanoseconds: end))"
            )
        case PolicyService.Refusal.teamEnforces:
            self = .invalid("enforced_settings", "belongs to the organization; send it without team_id")
        case UserService.Refusal.userAboveCaller:
            self = .forbidden("a user of a higher role cannot be changed with this key")
        case UserService.Refusal.roleAboveCaller:
            self = .forbidden("nobody gives a role that is higher than their own")
        case UserService.Refusal.keyBelowUser:
            self = .forbidden("the key has a lower role than its user, and so does not change the user")
        case ValueService.Refusal.store(let error): self.init(error)
        case ValueService.Refusal.quota(let refusal): self.init(refusal)
        case AdministrationService.Refusal.unknownOperation(let id):
            self = .invalid("operations.\(id.excerpt)", "is not the id of an operation")
        case AdministrationService.Refusal.openOperation(let id):
            self = .invalid(
                "operations.\(id.excerpt)",
                "cannot have a limit for each credential: anybody may use it without one"
            )
        case let error as SourceConfiguration.Problem: self = .invalid(error.field.excerpt, error.reason)
        case let error as Gate.Refusal: self.init(error)
        case let error as FieldProblem: self = .invalid([error])
        case let error as WriteError: self.init(error)
        case let error as ReadError: self.init(error)
        default: self = APIError(ofAccounts: error) ?? .internalError()
        }
    }

    /// What `body` finds in the catalog, or the sentence that there is no such `noun`.
    static func finding<Result>(_ noun: String, _ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch CatalogError.notFound { throw notFound("there is no such \(noun)") }
    }
}
