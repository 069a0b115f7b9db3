/// What an operation asks of its caller. It stands once, in the operation, and both paths read it from there.
///
/// Trivial on purpose: the fast path copies it for each request.
package struct AccessRule: Sendable, Hashable {
    package let access: Access
    package let rate: RateClass
    /// The limit of the client's address that a request counts against as well; `nil` for the house's own operations
    /// and for those of document 000.
    package let addressClass: AddressClass?
    /// Whether maintenance closes the operation for all but operators: it changes something, and is not part of signing
    /// in or out.
    package let pausesInMaintenance: Bool
    /// Requests of this operation that each credential may make a minute, beside the limit of the class; `nil`: as many
    /// as the class allows. An operator may set another one.
    package let ownLimit: Int?
    /// Whether it stores values, which the quotas of an organization limit.
    package let storesValues: Bool
    /// The position of the operation in the table, which counts its requests apart where it has a limit of its own.
    package var operation = 0

    /// - Parameter pausesInMaintenance: whether maintenance closes it; when left out, whether it counts as a write.
    package init(
        access: Access,
        rate: RateClass,
        addressClass: AddressClass? = nil,
        pausesInMaintenance: Bool? = nil,
        ownLimit: Int? = nil,
        storesValues: Bool = false
    ) {
        self.access = access
        self.rate = rate
        self.addressClass = addressClass
        self.pausesInMaintenance = pausesInMaintenance ?? (rate == .write)
        self.ownLimit = ownLimit
        self.storesValues = storesValues
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

/// Limits that the documents set for each client's address, beside those of its credential.
package enum AddressClass: String, CaseIterable, Sendable {
    /// Document 001's, for its operations.
    case ingestion
    /// Signing in, registering and refreshing.
    case signIn = "sign_in"
    /// Document 003's, for its operations.
    case platform
    /// Lists of users.
    case userList = "user_list"

    /// Requests a minute.
    package var perMinute: Int {
        switch self {
        case .ingestion: 1000
        case .signIn: 10
        case .platform: 100
        case .userList: 10
        }
    }
}
