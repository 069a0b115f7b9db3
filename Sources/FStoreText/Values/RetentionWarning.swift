/// What is said about values that were acknowledged and cannot be read.
package enum RetentionWarning {
    /// - Parameter hiddenCells: how many of the values that were written retention hides; `nil` for none.
    package static func text(hiddenCells: Int) -> String? {
        switch hiddenCells {
        case ...0: nil
        case 1: "retention hides this value at once: it is older than what its feature keeps (max_age, max_versions)"
        default:
            "retention hides \(hiddenCells) values at once: they are older than what their features keep (max_age, "
                + "max_versions)"
        }
    }
}
