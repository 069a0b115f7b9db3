package import FStoreCatalog
package import FStoreIdentity
package import FStoreSecurity

/// The users of an organization: seen by themselves and by admins, changed by admins, each within what they are
/// themselves. An operator reaches those of every organization.
package struct UserService: Sendable {
    /// How long an invitation can be taken up, in nanoseconds: seven days.
    private static let invitationLifetime: Int64 = 7 * 86_400 * 1_000_000_000

    private let catalog: Catalog
    private let reload: @Sendable () async throws -> Void

    /// - Parameter reload: makes what has changed in the catalog count for keys and sessions.
    package init(catalog: Catalog, reload: @escaping @Sendable () async throws -> Void) {
        self.catalog = catalog
        self.reload = reload
    }

    /// Why nothing is changed: nobody reaches those above them, or gives what they have not.
    package enum Refusal: Error, Hashable, Sendable {
        /// The user has a higher role than the caller.
        case userAboveCaller
        /// The new role is higher than the caller's.
        case roleAboveCaller
        /// A key with less than its user's role stands for a program, which does not change the user.
        case keyBelowUser
    }

    // MARK: Reading

    /// A page of the users of an organization, oldest first.
    ///
    /// - Parameter organization: the caller's own when left out. Others are there for operators only.
    package func page(
        organization: Int64?,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> (page: CatalogPage<User>, organization: Int64) {
        let chosen = try await scope(organization, caller)
        return (try await catalog.users(organization: chosen, offset: offset, limit: limit), chosen)
    }

    /// The user whom `reference` names: the caller, or for an admin any of the organization, or for an operator
    /// anybody. Whoever else is not found, exactly like a user who does not exist.
    package func user(_ reference: String, for caller: Principal) async throws(CatalogError) -> User {
        guard let reference = UserReference(reference) else { throw .notFound }
        let organization = caller.role == .operator ? nil : caller.organizationID
        let user = try await catalog.user(reference, organization: organization)
        guard user.id == caller.userID || caller.role >= .admin else { throw .notFound }
        return user
    }

    // MARK: Changing

    /// Changes the name or the e-mail address of a user.
    package func update(_ reference: String, _ update: UserUpdate, for caller: Principal) async throws -> User {
        let user = try await changeable(reference, caller)
        return try await catalog.updateUser(
            user.id,
            organization: user.organizationID,
            update: update,
            by: AuditActor(caller)
        )
    }

    /// Gives a user another role, which is that of their keys and sessions at most, from the next request on.
    package func setRole(_ role: Role, of reference: String, for caller: Principal) async throws -> User {
        let user = try await changeable(reference, caller)
        if role > caller.role { throw Refusal.roleAboveCaller }
        let changed = try await catalog.setRole(
            role,
            ofUser: user.id,
            organization: user.organizationID,
            by: AuditActor(caller)
        )
        try await reload()
        return changed
    }

    /// Disables a user, whose keys and sessions open nothing from the next request on, or enables them again.
    package func setDisabled(_ isDisabled: Bool, of reference: String, for caller: Principal) async throws -> User {
        let user = try await changeable(reference, caller)
        let changed = try await catalog.setDisabled(
            isDisabled,
            user: user.id,
            organization: user.organizationID,
            by: AuditActor(caller)
        )
        try await reload()
        return changed
    }

    /// Removes a user for good; their keys and sessions end at once.
    package func delete(_ reference: String, for caller: Principal) async throws {
        let user = try await changeable(reference, caller)
        try await catalog.removeUser(user.id, organization: user.organizationID, by: AuditActor(caller))
        try await reload()
    }

    /// Invites somebody to become a user. The code is never to be had again.
    ///
    /// - Parameter organization: as in ``page(organization:offset:limit:for:)``.
    package func invite(
        _ email: String,
        role: Role,
        organization: Int64?,
        for caller: Principal
    ) async throws -> (invitation: Invitation, code: OpaqueToken) {
        if role > caller.role { throw Refusal.roleAboveCaller }
        let code = OpaqueToken.generate(.invitation)
        let invitation = try await catalog.createInvitation(
            email,
            role: role,
            code: code.digest,
            lifetime: Self.invitationLifetime,
            organization: scope(organization, caller),
            invitedBy: caller.userID,
            by: AuditActor(caller)
        )
        return (invitation, code)
    }

    /// The user, whom the caller may change.
    private func changeable(_ reference: String, _ caller: Principal) async throws -> User {
        let user = try await user(reference, for: caller)
        if user.role > caller.role { throw user.id == caller.userID ? Refusal.keyBelowUser : .userAboveCaller }
        return user
    }

    /// The organization that is meant.
    private func scope(_ asked: Int64?, _ caller: Principal) async throws(CatalogError) -> Int64 {
        guard let asked, asked != caller.organizationID else { return caller.organizationID }
        guard caller.role == .operator else { throw .notFound }
        return try await catalog.organization(asked).id
    }
}
