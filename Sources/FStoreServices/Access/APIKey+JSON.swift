package import FStore
package import FStoreCatalog
package import FStoreIdentity
package import FStoreText

extension APIKey {
    /// The key as the API and the command line show it, without its text.
    package var json: JSONObjectText {
        func moment(_ time: UnixNanoseconds?) -> Timestamp? { time.map(Timestamp.init(nanoseconds:)) }
        var object = JSONObjectText()
        object.add("id", id)
        object.add("name", name)
        object.add("prefix", prefix)
        object.add("role", role.rawValue)
        object.add("user_id", userID)
        object.add("rate_limit", quota.json)
        object.add("created_at", moment(created))
        object.add("expires_at", moment(expires))
        object.add("last_used_at", moment(lastUsed))
        object.add("revoked_at", moment(revoked))
        object.add("replaces", replaces)
        return object
    }
}

extension Quota {
    /// The limit as the API and the command line show it: requests a minute, or its name.
    package var json: FeatureValue {
        if case .perMinute(let count) = self { return .int64(Int64(count)) }
        return .string(rawValue)
    }
}
