/// What one space has, for those who give spaces to tenants.
extension FeatureStore {
    /// The features of a space.
    package struct SpaceFeatures: Hashable, Sendable {
        /// Those that can be read and written.
        package var live: Int
        /// Deleted ones whose space is still being taken back.
        package var toReclaim: Int
        /// Whether the space is empty, as far as the definitions can be read.
        package var isEmpty: Bool { live == 0 && toReclaim == 0 }
    }

    /// How many features a space has. Looks at every definition.
    package func spaceFeatures(_ space: UInt32) throws(ReadError) -> SpaceFeatures {
        try read { snapshot throws(ReadError) in
            var found = SpaceFeatures(live: 0, toReclaim: 0)
            for record in snapshot.registry.records where record.feature.handle.space == space {
                if record.isDoomed { found.toReclaim += 1 } else { found.live += 1 }
            }
            return found
        }
    }

    /// A walk over what the features of a space have stored now.
    package func spaceWalk(_ space: UInt32) throws(ReadError) -> SpaceWalk {
        try read { snapshot throws(ReadError) in
            let handles = snapshot.registry.features.map(\.handle).filter { $0.space == space }
            return SpaceWalk(numbers: handles.map(\.number))
        }
    }

    /// Goes on with a walk over at most so many cells, in a read of its own.
    package func step(_ walk: inout SpaceWalk, cells: Int) throws(ReadError) {
        var next = walk
        try read { snapshot throws(ReadError) in try next.step(snapshot, cells: cells) }
        walk = next
    }
}
