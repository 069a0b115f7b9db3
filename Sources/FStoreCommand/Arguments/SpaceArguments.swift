internal import ArgumentParser
internal import FStore
internal import FStoreText

/// The namespace that names are looked up in.
struct SpaceArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The namespace of the features.", valueName: "number"))
    var space: UInt32 = 0

    /// The feature with this name or UUID.
    func feature(_ nameOrID: String, in store: FeatureStore) throws -> Feature {
        let found =
            if let id = FeatureID(nameOrID) {
                try store.feature(id: id)
            } else {
                try store.feature(named: nameOrID, space: space)
            }
        guard let found else {
            let hint = try store.featureName(near: nameOrID, space: space).map { "; did you mean \"\($0)\"?" } ?? ""
            throw CommandError(
                .no,
                "unknown_feature",
                "there is no feature \"\(nameOrID.excerpt)\" in space \(space)\(hint)"
            )
        }
        return found
    }

    /// The features of a list such as `wind,temp`; a comma within a name is written `\,`.
    func features(_ list: String, in store: FeatureStore) throws -> [Feature] {
        try EscapedText.split(list, at: ",").map { try feature($0, in: store) }
    }
}
