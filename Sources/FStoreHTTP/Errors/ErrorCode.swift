/// What went wrong, for programs.
enum ErrorCode: Sendable {
    case malformed, validation, missing, authentication, tokenExpired, authorization, notFound, methodNotAllowed
    case notAcceptable, conflict, gone, rangeNotSatisfiable
    case preconditionFailed, payloadTooLarge, uriTooLong, unsupportedMediaType, rateLimited, headersTooLarge
    case answerTooLarge, timeout, internalError, unavailable, storageFull

    /// The name that document 001 lists, or one in its manner.
    var name: String {
        switch self {
        case .malformed: "MALFORMED_REQUEST"
        case .validation, .missing: "VALIDATION_ERROR"
        case .authentication, .tokenExpired: "AUTHENTICATION_ERROR"
        case .authorization: "AUTHORIZATION_ERROR"
        case .notFound: "NOT_FOUND"
        case .methodNotAllowed: "METHOD_NOT_ALLOWED"
        case .notAcceptable: "NOT_ACCEPTABLE"
        case .conflict: "CONFLICT"
        case .gone: "GONE"
        case .rangeNotSatisfiable: "RANGE_NOT_SATISFIABLE"
        case .preconditionFailed: "PRECONDITION_FAILED"
        case .payloadTooLarge: "PAYLOAD_TOO_LARGE"
        case .uriTooLong: "URI_TOO_LONG"
        case .unsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE"
        case .rateLimited: "RATE_LIMIT_EXCEEDED"
        case .headersTooLarge: "HEADERS_TOO_LARGE"
        case .answerTooLarge: "ANSWER_TOO_LARGE"
        case .timeout: "REQUEST_TIMEOUT"
        case .internalError: "INTERNAL_ERROR"
        case .unavailable: "SERVICE_UNAVAILABLE"
        case .storageFull: "STORAGE_FULL"
        }
    }

    /// The code that document 003 lists; `nil` where it has none, and `HTTP_` with the status stands in.
    var platformCode: String? {
        switch self {
        case .validation: "VAL_001"
        case .missing: "VAL_002"
        case .authentication: "AUTH_001"
        case .tokenExpired: "AUTH_002"
        case .authorization: "AUTH_003"
        case .notFound: "RES_001"
        case .conflict: "RES_002"
        case .internalError: "SYS_001"
        case .unavailable: "SYS_002"
        default: nil
        }
    }

    /// A short title, the same for every occurrence.
    var title: String {
        switch self {
        case .malformed: "Malformed request"
        case .validation, .missing: "Validation error"
        case .authentication: "Authentication failed"
        case .tokenExpired: "Token expired"
        case .authorization: "Insufficient permissions"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .notAcceptable: "Not acceptable"
        case .conflict: "Conflict"
        case .gone: "Gone"
        case .rangeNotSatisfiable: "Range not satisfiable"
        case .preconditionFailed: "Precondition failed"
        case .payloadTooLarge: "Payload too large"
        case .uriTooLong: "URI too long"
        case .unsupportedMediaType: "Unsupported media type"
        case .rateLimited: "Rate limit exceeded"
        case .headersTooLarge: "Headers too large"
        case .answerTooLarge: "Answer too large"
        case .timeout: "Request timeout"
        case .internalError: "Internal error"
        case .unavailable: "Service unavailable"
        case .storageFull: "Storage full"
        }
    }
}
