internal import FStoreIdentity
internal import GRDB

extension Catalog {
    /// Makes the first organization, an operator in it and their key, in one transaction; only in an empty catalog.
    ///
    /// - Parameters:
    ///   - organization: the name of the organization.
    ///   - username: the name of the operator. Their id is the one that the text of the key carries.
    ///   - fullName: what people call them.
    ///   - key: the key, usually ``NewAPIKey`` of a code made for user 1.
    /// - Returns: `false`, and nothing is changed, when there is an organization already: of several processes that
    ///   start at once one gets `true`.
    package func createFirst(
        organization: String,
        username: String,
        fullName: String,
        key: NewAPIKey
    ) async throws(CatalogError) -> Bool {
        let now = clock.now()
        return try await change(by: .server) { database, trail in
            let sql = "SELECT EXISTS (SELECT * FROM organizations)"
            guard try Bool.fetchOne(database, sql: sql) == false else { return false }
            let first = try Organization.insert(name: organization, at: now, into: database)
            let user = NewUser(username: username, fullName: fullName, role: .operator)
            let made = try user.insert(id: key.userID, organization: first.id, at: now, into: database)
            let stored = try key.insert(organization: first.id, at: now, into: database)
            try trail.note(
                .organizationCreate,
                String(first.id),
                organization: first.id,
                details: [("name", first.name)]
            )
            try trail.note(.userCreate, made.publicID, organization: first.id, details: made.auditDetails)
            try trail.note(.keyCreate, stored.id, organization: first.id, details: stored.auditDetails)
            return true
        }
    }
}
