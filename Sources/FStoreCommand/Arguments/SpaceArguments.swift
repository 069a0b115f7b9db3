internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// Whose features a command is about.
struct SpaceArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The organization of the features (default: the first one, space 0).",
            valueName: "name"
        )
    )
    var organization: String?

    @Option(
        help: ArgumentHelp("The space of the features: a number, instead of --organization.", valueName: "number")
    )
    var space: UInt32?

    func validate() throws {
        if organization != nil, space != nil { throw ValidationError("give either --organization or --space") }
    }

    /// Looks the organization up in the catalog.
    func find(in store: StoreArguments) throws -> FeatureSpace {
        guard let organization else {
            return FeatureSpace(number: space ?? 0, organization: nil, isChosen: space != nil, store: store)
        }
        let found = try store.withCatalog { catalog in
            try await OrganizationArguments.find(organization, in: catalog)
        }
        return FeatureSpace(number: found.space, organization: found.name, isChosen: true, store: store)
    }
}

/// The namespace that the names of features are looked up in.
struct FeatureSpace: CustomStringConvertible {
    let number: UInt32
    /// The organization that was named.
    let organization: String?
    /// Whether the command line names the space.
    let isChosen: Bool
    fileprivate let store: StoreArguments

    /// `the organization "acme"` or `space 0`.
    var description: String { organization.map { "the organization \"\($0)\"" } ?? "space \(number)" }

    /// The feature with this name or UUID.
    ///
    /// - Parameter advice: what else to do when there is none, and none that may have been meant.
    func feature(_ nameOrID: String, in store: FeatureStore, otherwise advice: String? = nil) throws -> Feature {
        if let id = FeatureID(nameOrID) {
            guard let found = try store.feature(id: id), !isChosen || found.handle.space == number else {
                throw unknown(nameOrID, nil)
            }
            return found
        }
        if let found = try store.feature(named: nameOrID, space: number) { return found }
        let hint =
            try elsewhere(nameOrID, in: store)
            ?? store.featureName(near: nameOrID, space: number).map { "did you mean \"\($0)\"?" } ?? advice
        throw unknown(nameOrID, hint)
    }

    /// The features of a list such as `wind,temp`; a comma within a name is written `\,`.
    func features(_ list: String, in store: FeatureStore) throws -> [Feature] {
        try EscapedText.split(list, at: ",").map { try feature($0, in: store) }
    }

    private func unknown(_ name: String, _ hint: String?) -> CommandError {
        let sentence = "there is no feature \"\(name)\" in \(self)"
        return CommandError(.no, "unknown_feature", hint.map { "\(sentence); \($0)" } ?? sentence)
    }

    // MARK: Other spaces

    /// Where else there is a feature of this name, and the option that leads there; `nil` when it is nowhere.
    ///
    /// The server keeps each organization in a space of its own. Without this hint, somebody who asks in the wrong one
    /// takes the store for empty.
    func elsewhere(_ name: String, in store: FeatureStore) throws -> String? {
        let spaces = try store.spaces(withFeatureNamed: name).filter { $0 != number }
        return sentence(spaces, "a feature of this name")
    }

    /// Says on stderr where there are features, when this space has none.
    func explainEmptiness(in store: FeatureStore) throws {
        func hasFeatures(_ space: UInt32) throws(ReadError) -> Bool {
            try store.features(FeatureFilter(space: space), limit: 1).total > 0
        }
        if try hasFeatures(number) { return }
        let others = try organizations.map(\.space).filter { try $0 != number && hasFeatures($0) }
        if let hint = sentence(others, "features") { note("there are no features in \(self); \(hint)") }
    }

    /// Says on stderr where else there are features of these names, when the answer was empty.
    func explainMissing(_ features: [Feature], in store: FeatureStore) throws {
        for feature in features where feature.handle.space == number {
            guard let hint = try elsewhere(feature.name, in: store) else { continue }
            note("there is no value of \"\(feature.name)\" in \(self); \(hint)")
        }
    }

    private func note(_ text: String) {
        if store.json { return }
        let output = Output(descriptor: 2)
        output.line("note: \(text)")
        try? output.flush()
    }

    /// The organizations of the catalog; none when there is no catalog, or it cannot be read: a hint is not worth an
    /// error.
    private var organizations: [Organization] {
        (try? store.withCatalog { try await $0.organizations() }) ?? []
    }

    /// `the organization "acme" has features: --organization acme`, for the first of these spaces and how many more.
    private func sentence(_ spaces: [UInt32], _ what: String) -> String? {
        guard let first = spaces.first else { return nil }
        let more =
            spaces.count == 1
            ? " has" : spaces.count == 2 ? " and 1 other have" : " and \(spaces.count - 1) others have"
        guard let name = organizations.first(where: { $0.space == first })?.name else {
            return "space \(first)\(more) \(what): --space \(first)"
        }
        return "the organization \"\(name)\"\(more) \(what): --organization \(Self.quoted(name))"
    }

    /// The name as a shell takes it.
    private static func quoted(_ name: String) -> String {
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0)
        }
        return isPlain ? name : "'" + name.replacing("'", with: "'\\''") + "'"
    }
}
