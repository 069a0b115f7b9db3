internal import FStore
package import FStoreCatalog
internal import FStoreIdentity
package import FStoreText

extension Session {
    /// The session as the API and the command line show it.
    package var json: JSONObjectText {
        var object = JSONObjectText()
        object.add("id", id)
        object.add("user_id", userID)
        object.add("role", role.rawValue)
        object.add("address", address)
        object.add("created_at", Timestamp(nanoseconds: created))
        object.add("refreshed_at", Timestamp(nanoseconds: refreshed))
        object.add("expires_at", Timestamp(nanoseconds: expires))
        return object
    }
}
