package import FStoreCatalog

/// Who asks: a key, the user it belongs to, and the organization that both belong to. All of it comes from the
/// credential, never from the request.
package struct Principal: Sendable, Hashable {
    package let keyID: String
    package let userID: Int64
    package let organizationID: Int64
    package let role: Role

    package init(keyID: String, userID: Int64, organizationID: Int64, role: Role) {
        self.keyID = keyID
        self.userID = userID
        self.organizationID = organizationID
        self.role = role
    }

    /// The namespace of the organization's features.
    package var space: UInt32 { UInt32(truncatingIfNeeded: organizationID) }
}
