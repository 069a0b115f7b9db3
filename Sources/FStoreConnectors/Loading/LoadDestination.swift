package import FStore
internal import FStoreText

/// Where rows go: the features of one space, which may not be defined yet, in a store that may not be made yet.
///
/// Nothing is made or defined before the input is known to fit, so that a slip leaves nothing behind.
package final class LoadDestination {
    /// `nil` as long as it is not made.
    package private(set) var store: FeatureStore?
    package let space: UInt32
    /// Whether features that do not exist are defined.
    package let mayCreate: Bool
    private let make: () throws -> FeatureStore
    private let defined: (Feature) -> Void

    /// - Parameters:
    ///   - store: `nil` when there is none yet.
    ///   - defined: called with each feature that is new.
    ///   - make: makes the store when the first rows are known to fit.
    package init(
        _ store: FeatureStore?,
        space: UInt32,
        mayCreate: Bool,
        defined: @escaping (Feature) -> Void = { _ in },
        make: @escaping () throws -> FeatureStore
    ) {
        self.store = store
        self.space = space
        self.mayCreate = mayCreate
        self.defined = defined
        self.make = make
    }

    /// The feature with this name.
    func feature(named name: String) throws -> Feature? {
        try store?.feature(named: name, space: space)
    }

    /// The feature with this name or UUID as the target of a column, or a new one that is to be defined.
    package func target(_ nameOrID: String, column: String, type: ValueType?) throws -> LoadTarget {
        let id = FeatureID(nameOrID)
        let existing = try id.map { try store?.feature(id: $0) } ?? feature(named: nameOrID)
        if let existing {
            if let type, let takes = existing.type, type != takes {
                throw LoadError.wrongType(feature: existing.name, takes: takes, given: type)
            }
            var target = LoadTarget(column: column, feature: existing)
            target.definition.type = existing.type ?? type
            return target
        }
        guard mayCreate, id == nil else {
            throw LoadError.unknownFeature(
                nameOrID,
                space: space,
                meant: try store?.featureName(near: nameOrID, space: space)
            )
        }
        return LoadTarget(column: column, definition: FeatureDefinition(name: nameOrID, space: space, type: type))
    }

    /// The store, made now if need be.
    func opened() throws -> FeatureStore {
        if let store { return store }
        let made = try make()
        store = made
        return made
    }

    /// The feature of a target, defined now if need be.
    func handle(of target: LoadTarget) throws -> FeatureHandle {
        if let handle = target.handle { return handle }
        let store = try opened()
        let isNew = try feature(named: target.definition.name) == nil
        let made = try store.define(target.definition)
        if isNew { defined(made) }
        return made.handle
    }
}
