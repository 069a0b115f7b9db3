internal import FStore
internal import FStoreText

/// The cells of one row, checked one and all before the first is written.
struct LoadRow {
    var entity: EntityID?
    var time = Timestamp(nanoseconds: 0)
    var cells: [(feature: FeatureHandle, value: FeatureValue)] = []

    /// Names the entity, or says why the text is no name.
    mutating func setEntity(_ text: String) throws(Rejection) {
        do throws(LimitError) {
            entity = try EntityID(text)
        } catch {
            throw Rejection("the entity's name has \(error.given) bytes; 1 to 255 are allowed")
        }
    }
}
