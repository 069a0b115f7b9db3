internal import FStore
internal import FStoreText

/// The features that the lines of a dump name.
final class DumpCatalog {
    /// A feature as the lines need it.
    struct Target {
        var name: String
        var handle: FeatureHandle
        var type: ValueType?
    }

    private let store: FeatureStore
    private let space: UInt32
    private let mayCreate: Bool
    private var targets: [String: Target] = [:]

    init(store: FeatureStore, space: UInt32, mayCreate: Bool) {
        self.store = store
        self.space = space
        self.mayCreate = mayCreate
    }

    /// The feature of this name.
    func target(_ name: String) throws -> Target {
        if let known = targets[name] { return known }
        guard let feature = try store.feature(named: name, space: space) else {
            throw Rejection("there is no feature \"\(name)\" in space \(space)")
        }
        let target = Target(name: name, handle: feature.handle, type: feature.type)
        targets[name] = target
        return target
    }

    /// Fixes the type of a feature that had none.
    func decide(_ type: ValueType, for name: String) {
        targets[name]?.type = type
    }

    /// Takes a line that defines a feature; one that exists is left as it is.
    func define(_ line: JSONValue) throws {
        let definition = try DumpDefinition(line, space: space).definition
        if let existing = try store.feature(named: definition.name, space: space) {
            if let type = definition.type, let known = existing.type, type != known {
                throw Rejection("the feature \"\(definition.name)\" takes \(known), and the dump has \(type)")
            }
        } else if mayCreate {
            try store.define(definition)
        } else {
            throw Rejection("there is no feature \"\(definition.name)\" in space \(space); load with --create")
        }
    }
}
