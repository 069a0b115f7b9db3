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

    init(_ problem: EntityListText.Problem) {
        switch problem {
        case .notEncoded: self = .malformed("entity_ids is not percent-encoded")
        case .notUTF8: self = .malformed("entity_ids is not UTF-8")
        case .nameBytes(let count, let index):
            self = .invalid("entity_ids[\(index)]", "must have 1 to 255 bytes; it has \(count)")
        case .loneBackslash(let index):
            self = .invalid(
                "entity_ids[\(index)]",
                #"has a backslash that escapes nothing; write "\," for a comma within a name and "\\" for a backslash"#
            )
        case .tooMany:
            self = .invalid(
                "entity_ids",
                "names more than \(EntityListText.counts.upperBound) entities; ask POST /api/v1/online/read for more"
            )
        }
    }
}

extension EntityListText {
    /// Reads the list of a request.
    ///
    /// - Throws: 400 when the encoding is broken, 422 with the position of a name that is empty or too long, or when
    ///   there are too many.
    mutating func read(query text: Span<UInt8>) throws(APIError) {
        do throws(Problem) { try read(text) } catch { throw APIError(error) }
    }
}
