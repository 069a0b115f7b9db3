/// Why PostgreSQL did not do what it was asked for.
package struct PostgreSQLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the server or the library said, without passwords.
    package let message: String
    /// The five letters that the server has for each kind; empty when it did not come so far.
    package let code: String

    package var description: String { message }

    /// Whether it may well work a little later: no connection, too many of them, the server stops, another transaction
    /// was in the way.
    package var isPassing: Bool {
        code.isEmpty || ["08", "40", "53"].contains { code.hasPrefix($0) } || code.hasPrefix("57P")
    }
}
