internal import FStoreIdentity
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// An API key as commands show it.
enum KeyText {
    static func object(_ key: APIKey) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", key.id)
        object.add("prefix", key.prefix)
        object.add("name", key.name)
        object.add("user_id", key.userID)
        object.add("role", key.role.rawValue)
        object.add("rate_limit", key.quota.rawValue)
        object.add("created_at", time(key.created))
        object.add("expires_at", time(key.expires))
        object.add("last_used_at", time(key.lastUsed))
        object.add("revoked_at", time(key.revoked))
        return object
    }

    /// What the key is good for now.
    static func state(_ key: APIKey) -> String {
        if key.revoked != nil { return "revoked" }
        if let expires = key.expires, expires <= Timestamp.now().nanoseconds { return "expired" }
        return "valid"
    }

    static func time(_ nanoseconds: UnixNanoseconds?) -> String? {
        nanoseconds.map { Timestamp(nanoseconds: $0).description }
    }
}
