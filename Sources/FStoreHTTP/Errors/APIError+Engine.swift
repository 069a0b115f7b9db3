internal import FStore

/// The engine's errors as answers. Exhaustive: a new error does not compile until it has a status.
extension APIError {
    /// - Parameter place: where in the request the reason lies, when the caller knows.
    init(_ error: WriteError, field: String = "value", index: Int? = nil) {
        func invalid(_ field: String, _ reason: String) -> APIError {
            .invalid([FieldProblem(field: field, reason: reason, index: index)])
        }
        switch error {
        case .unknownFeature: self = .notFound("there is no such feature")
        case .definitionDiffers(let name, _, _, _), .duplicateName(let name):
            self = .conflict("there is already a feature named \"\(name.excerpt)\"")
        case .featureChanged: self = APIError(status: 412, code: .preconditionFailed, message: error.description)
        case .invalidName: self = invalid("name", error.description)
        case .wrongType, .inexactInteger, .notFinite, .invalidJSON: self = invalid(field, error.description)
        case .limit(let limit): self = invalid(limit.field ?? field, limit.reason)
        case .busy: self = .unavailable(error.description, retryAfterSeconds: 1)
        case .mapFull, .diskFull:
            self = APIError(status: 507, code: .storageFull, message: error.description)
        case .lockHeld: self = .unavailable(error.description, retryAfterSeconds: 3)
        case .stopped, .readOnly, .closed, .mapResized, .clockJump, .eraseUnfinished:
            self = .unavailable(error.description, retryAfterSeconds: 30)
        case .corrupted, .storage: self = .internalError()
        }
    }

    init(_ error: ReadError) {
        switch error {
        case .unknownFeature: self = .notFound("there is no such feature")
        case .severalSpaces: self = .internalError()
        case .limit(let limit) where limit.limit == .readSteps:
            self = APIError(
                status: 413,
                code: .answerTooLarge,
                message: """
                    the search passed more than \(limit.allowed.upperBound) values that are deleted, or that the \
                    question leaves out; ask for fewer entities at a time
                    """,
                details: [("limit_steps", .integer(limit.allowed.upperBound))]
            )
        case .limit(let limit): self = .invalid(limit.field ?? "limit", limit.reason)
        case .readersFull: self = .unavailable(error.description, retryAfterSeconds: 1)
        case .mapResized, .closed: self = .unavailable(error.description, retryAfterSeconds: 30)
        case .corrupted, .storage: self = .internalError()
        }
    }
}

extension LimitError {
    /// What the limit is called in JSON.
    fileprivate var field: String? {
        switch limit {
        case .entityBytes: "entity_id"
        case .featureNameBytes: "name"
        case .descriptionBytes: "description"
        case .ownerBytes: "owner"
        case .sourceBytes: "source"
        case .tags, .tagBytes: "tags"
        case .maxVersions: "retention.max_versions"
        case .maxAge: "retention.max_age"
        case .ttl: "ttl"
        case .pageAnswers: "limit"
        default: nil
        }
    }

    fileprivate var reason: String {
        let unit =
            switch limit {
            case .entityBytes, .featureNameBytes, .descriptionBytes, .ownerBytes, .sourceBytes, .tagBytes, .valueBytes:
                " bytes long"
            case .batchCells, .features, .tags: " in number"
            case .ttl, .maxAge: " nanoseconds"
            default: ""
            }
        return "must be \(allowed.lowerBound) to \(allowed.upperBound)\(unit); \(given) was given"
    }
}
