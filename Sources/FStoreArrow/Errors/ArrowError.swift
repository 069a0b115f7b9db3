/// Why an Arrow stream cannot be read or written.
@usableFromInline
package struct ArrowError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is. A server answers them differently.
    package enum Kind: Hashable, Sendable {
        /// The bytes are not a valid Arrow stream.
        case malformed
        /// The stream is valid, and uses something that is not read here.
        case unsupported
        /// The stream is larger than a limit of ``ArrowLimits``.
        case tooLarge
        /// A value does not fit where it is to go.
        case outOfRange
    }

    package let kind: Kind
    /// What is wrong: a sentence without a full stop.
    package let reason: String
    /// The message of the stream, counted from 1; `nil` while writing.
    package private(set) var message: Int?
    /// The column, if one is at fault.
    package private(set) var column: String?

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    static func malformed(_ reason: String) -> ArrowError { ArrowError(.malformed, reason) }

    /// The same error, of a column. A column that is named already stays, and a very long name is cut.
    func of(_ column: String) -> ArrowError {
        var error = self
        if error.column == nil { error.column = String(column.prefix(100)) }
        return error
    }

    /// The same error, in a message of the stream.
    func inMessage(_ number: Int) -> ArrowError {
        var error = self
        if error.message == nil { error.message = number }
        return error
    }

    /// `message 3, column "price": its 10 rows need 80 bytes, but the buffer has 72`
    @usableFromInline package var description: String {
        let place = [message.map { "message \($0)" }, column.map { "column \"\($0)\"" }].compactMap(\.self)
        return place.isEmpty ? reason : place.joined(separator: ", ") + ": " + reason
    }
}
