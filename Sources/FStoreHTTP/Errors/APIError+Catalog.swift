internal import FStoreCatalog
internal import FStoreServices
internal import NIOCore
internal import NIOHTTP1

/// The catalog's errors as answers. Exhaustive: a new error does not compile until it has a status.
extension APIError {
    init(_ error: CatalogError) {
        switch error {
        case .notFound: self = .notFound("there is no such entry")
        case .nameTaken(let name): self = .conflict("the name \"\(name.shown)\" is taken")
        case .keyTaken: self = .conflict(error.description)
        case .versionMismatch:
            self = APIError(status: 412, code: .preconditionFailed, message: error.description)
        case .busy, .canceled: self = .unavailable(error.description, retryAfterSeconds: 1)
        case .newerFormat, .notACatalog, .fileExists, .storage: self = .internalError()
        }
    }

    /// Any error that a handler may throw.
    init(any error: any Error, owner: APIDocument) {
        switch error {
        case let error as APIError: self = error
        case let error as CatalogError: self.init(error)
        case is BrokenBody, is HTTPParserError, is ChannelError, is IOError:
            self = .malformed("the body of the request broke off, or its chunks are none")
        case KeyService.Refusal.roleAboveCaller:
            self = .forbidden("a key cannot have a higher role than the key that makes it")
        case KeyService.Refusal.keyAboveCaller:
            self = .forbidden("a key of a higher role cannot be revoked with this one")
        default: self = .engine(error, owner: owner)
        }
    }
}
