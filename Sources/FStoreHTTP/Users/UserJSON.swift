internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreText

/// Users as JSON, in the two shapes that the documents have.
enum UserJSON {
    /// As document 003 shows a user, with more members: the id is a text, the full name is `name`.
    static func platform(_ user: User) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", user.publicID)
        object.add("email", user.email)
        object.add("name", user.fullName)
        object.add("created_at", Timestamp(nanoseconds: user.created))
        object.add("updated_at", Timestamp(nanoseconds: user.updated))
        object.add("user_id", user.id)
        object.add("username", user.username)
        object.add("role", user.role.rawValue)
        object.add("organization_id", user.organizationID)
        object.add("disabled", user.disabled != nil)
        return object
    }

    /// As document 002 shows a user, with more members: the id is a number.
    static func teams(_ user: User) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", user.id)
        object.add("username", user.username)
        object.add("email", user.email)
        object.add("full_name", user.fullName)
        object.add("role", user.role.rawValue)
        object.add("organization_id", user.organizationID)
        object.add("created_at", Timestamp(nanoseconds: user.created))
        object.add("public_id", user.publicID)
        object.add("disabled", user.disabled != nil)
        return object
    }
}
