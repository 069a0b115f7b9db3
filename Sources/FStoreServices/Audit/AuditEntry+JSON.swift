internal import FStore
package import FStoreCatalog
package import FStoreText

extension AuditEntry {
    /// The entry as the API and the command line show it.
    package var json: JSONObjectText {
        var object = JSONObjectText()
        object.add("seq", seq)
        object.add("time", Timestamp(nanoseconds: time))
        object.add("action", action)
        object.add("actor", actor)
        object.add("credential", credential)
        object.add("address", address)
        object.add("request_id", requestID)
        object.add("target", target)
        object.add("organization_id", organizationID.map(FeatureValue.int64))
        object.add("details", .json(details) as FeatureValue)
        return object
    }
}
