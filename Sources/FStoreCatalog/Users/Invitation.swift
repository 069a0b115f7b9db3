package import FStoreIdentity
package import FStoreSecurity
internal import GRDB

/// An organization's wish to have somebody as a user, until they register.
package struct Invitation: Hashable, Sendable {
    /// The id, `inv_…`.
    package let id: String
    package let organizationID: Int64
    /// The only e-mail address that may take it up.
    package let email: String
    /// What the user will be.
    package let role: Role
    package let created: UnixNanoseconds
    package let expires: UnixNanoseconds
}

extension Catalog {
    /// Stores an invitation. An earlier one for the same address, of the same organization, is worth nothing then.
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
