internal import FStoreIdentity
package import FStoreCatalog
package import FStoreSecurity

/// What happens to an empty catalog: an organization, an operator, and a key to begin with.
package enum FirstStart {
    package static let organization = "default"
    package static let username = "operator"

    /// - Parameter key: the key to use, instead of one that is made here.
    /// - Returns: the key when it was made here and now; it is to be shown once. `nil` when there was something, or
    ///   when the key was given.
    package static func run(_ catalog: Catalog, key given: APIKeyCode?) async throws(CatalogError) -> APIKeyCode? {
        let code = given ?? APIKeyCode.generate(userID: 1)
        let key = NewAPIKey(code: code, name: "bootstrap", role: .operator)
        let isFirst = try await catalog.createFirst(
            organization: organization,
            username: username,
            fullName: "Operator",
            key: key
        )
        return isFirst && given == nil ? code : nil
    }
}
