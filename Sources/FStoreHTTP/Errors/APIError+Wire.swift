internal import FStoreWire

/// What is refused while bytes are read, as answers.
extension APIError {
    init(_ refusal: Refusal) {
        let code: ErrorCode =
            switch refusal {
            case .malformed: .malformed
            case .methodUnknown: .methodNotAllowed
            case .targetTooLong: .uriTooLong
            case .headersTooLarge, .tooManyHeaders: .headersTooLarge
            case .tooSlow: .timeout
            case .tooManyConnections, .noRoom: .unavailable
            }
        self.init(status: refusal.status, code: code, message: refusal.message, headers: refusal.headers)
    }

    /// - Parameter field: the parameter that has the list.
    init(_ problem: EntityListText.Problem, _ field: String) {
        switch problem {
        case .notEncoded: self = .malformed("\(field) is not percent-encoded")
        case .notUTF8: self = .malformed("\(field) is not UTF-8")
        case .nameBytes(let count, let index):
            self = .invalid("\(field)[\(index)]", "must have 1 to 255 bytes; it has \(count)")
        case .loneBackslash(let index):
            self = .invalid(
                "\(field)[\(index)]",
                #"has a backslash that escapes nothing; write "\," for a comma within a name and "\\" for a backslash"#
            )
        case .tooMany where field == "entity_ids":
            self = .invalid(
                field,
                "names more than \(EntityListText.counts.upperBound) entities; ask POST /api/v1/online/read for more"
            )
        case .tooMany: self = .invalid(field, "has more than \(TableBody.mostNames) names")
        }
    }
}

extension EntityListText {
    /// Reads the list of a request.
    ///
    /// - Throws: 400 when the encoding is broken, 422 with the position of a name that is empty or too long, or when
    ///   there are too many.
    mutating func read(query text: Span<UInt8>, field: String = "entity_ids") throws(APIError) {
        do throws(Problem) { try read(text) } catch { throw APIError(error, field) }
    }
}
