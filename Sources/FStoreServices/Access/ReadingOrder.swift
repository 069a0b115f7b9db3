/// The order of readings of the catalog that may run at once.
///
/// What a reading brings takes the place of what is in memory. One that began earlier must not do so after one that
/// began later: it would bring back what was before.
struct ReadingOrder {
    /// How many have begun. The newest has this number.
    private(set) var begun = 0
    private var applied = 0

    /// A reading begins. Whatever is in the catalog by now will be in it.
    ///
    /// - Returns: its number, for ``admit(_:)``.
    mutating func begin() -> Int {
        begun += 1
        return begun
    }

    /// Whether what a reading has brought is to take its place: no later one has.
    mutating func admit(_ reading: Int) -> Bool {
        if reading < applied { return false }
        applied = reading
        return true
    }
}

/// Keys or sessions that were ended here. No reading of the catalog opens them again that may have begun before their
/// ends were stored.
struct EndedCredentials {
    private struct End {
        let organization: Int64
        /// The newest reading when the end had been stored; `nil` until then.
        var storedDuring: Int?
    }

    private var ends: [String: End] = [:]

    /// One was ended, and the catalog does not know it yet.
    mutating func insert(_ id: String, organization: Int64) {
        ends[id] = End(organization: organization)
    }

    /// The catalog knows the end, which readings up to this one may lack.
    mutating func settle(_ id: String, during reading: Int) {
        ends[id]?.storedDuring = reading
    }

    /// Forgets those whose ends a reading surely has.
    mutating func forget(before reading: Int) {
        ends = ends.filter { ($0.value.storedDuring ?? .max) >= reading }
    }

    func contains(_ id: String) -> Bool { ends[id] != nil }

    /// Those whose ends the catalog does not know yet, with their organizations.
    var unsettled: [String: Int64] {
        ends.filter { $0.value.storedDuring == nil }.mapValues(\.organization)
    }
}
