/// What an operation asks of its caller. It stands once, in the operation, and both paths read it from there.
package struct AccessRule: Sendable, Hashable {
    package let access: Access
    package let rate: RateClass

    package init(access: Access, rate: RateClass) {
        self.access = access
        self.rate = rate
    }
}

/// Who may use an operation.
package enum Access: Sendable, Hashable {
    /// Anybody, without a credential.
    case open
    /// Callers of this role or a higher one.
    case role(Role)
}

/// Which of a caller's limits a request counts against. By meaning, not by verb: reading by `POST` is a read.
package enum RateClass: String, Sendable {
    case read
    case write
    /// Health, metrics, documentation.
    case exempt
}
