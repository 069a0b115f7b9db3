package import FStoreIdentity
package import FStoreSecurity
internal import GRDB

/// An invitation to register as a user of an organization.
package struct Invitation: Hashable, Sendable {
    /// The id, `inv_…`.
    package let id: String
    package let organizationID: Int64
    /// The only e-mail address that may take it up.
    package let email: String
    /// The role that the user gets.
    package let role: Role
    package let created: UnixNanoseconds
    package let expires: UnixNanoseconds
}

extension Catalog {
    /// Stores an invitation. It replaces an earlier one of the organization for the same address.
    ///
    /// - Parameters:
    ///   - code: the digest of the code that takes it up.
    ///   - lifetime: how long it can be taken up, in nanoseconds.
    /// - Throws: ``CatalogError/addressTaken(_:)`` when a user has the address already; ``CatalogError/notFound`` when
    ///   there is no such organization.
    package func createInvitation(
        _ email: String,
        role: Role,
        code: Digest,
        lifetime: Int64,
        organization: Int64,
        invitedBy user: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Invitation {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            _ = try Organization.open(organization, in: database)
            try User.checkAddress(email, isFreeIn: database)
            let former = """
                DELETE FROM invitations WHERE organization_id = ? AND lower(email) = lower(?) AND used IS NULL
                """
            try database.execute(sql: former, arguments: [organization, email])
            let invitation = Invitation(
                id: RecordID.make("inv", at: now),
                organizationID: organization,
                email: email,
                role: role,
                created: now,
                expires: now + lifetime
            )
            try database.execute(
                sql: """
                    INSERT INTO invitations
                        (id, organization_id, digest, email, role, invited_by, created, expires)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    invitation.id, organization, Blob(code.bytes), email, role.rawValue, user, now, invitation.expires,
                ]
            )
            try trail.note(.userInvite, invitation.id, organization: organization, details: [("role", role.rawValue)])
            return invitation
        }
    }
}
