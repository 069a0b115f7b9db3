package import FStore
package import FStoreIdentity
internal import FStoreText

/// A feature as the data plane needs it: found once, used until a definition changes.
package struct ResolvedFeature: Sendable {
    package let handle: FeatureHandle
    package let type: ValueType?
    /// `{"feature_id":"…","name":"…"` as answers begin.
    package let opening: [UInt8]
    /// The name as JSON.
    package let name: [UInt8]

    package init(_ feature: Feature) {
        handle = feature.handle
        type = feature.type
        var name: [UInt8] = []
        JSONText.append(feature.name, to: &name)
        self.name = name
        opening = Array("{\"feature_id\":\"\(feature.id)\",\"name\":".utf8) + name
    }

    /// The feature of the caller's organization that `reference` names: its UUID, or its name.
    package init?(_ reference: String, for caller: Principal, in snapshot: borrowing Snapshot) {
        let found =
            if let id = FeatureID(reference) {
                snapshot.feature(id: id, space: caller.space)
            } else {
                snapshot.feature(named: reference, space: caller.space)
            }
        guard let found else { return nil }
        self.init(found)
    }
}

/// Features by the text that names them in paths, as it was sent. One for each event loop: no lock.
///
/// One slot for each value of a hash: two features that share one push each other out, and are found again in the
/// registry.
package final class FeatureCache {
    private struct Slot {
        var space: UInt32
        var generation: UInt64
        var reference: [UInt8]
        var feature: ResolvedFeature
    }

    private var slots: [Slot?]
    private let tally: CacheTally
    private let decode: ([UInt8]) -> String?

    /// - Parameters:
    ///   - slots: a power of two.
    ///   - tally: counts what is found.
    ///   - decode: the text of a reference, such as a percent-encoded one of a path; `nil` when it is broken.
    package init(slots: Int, tally: CacheTally = CacheTally(), decode: @escaping ([UInt8]) -> String?) {
        self.slots = Array(repeating: nil, count: slots)
        self.tally = tally
        self.decode = decode
    }

    /// A cache for references that are plain UTF-8, as in JSON.
    package static func plain(slots: Int, tally: CacheTally = CacheTally()) -> FeatureCache {
        FeatureCache(slots: slots, tally: tally) { String(validating: $0, as: UTF8.self) }
    }

    /// The feature of the caller's organization that `reference` names: its UUID or its name. `nil` when there is
    /// none, or the encoding is broken.
    package func feature(
        _ reference: Span<UInt8>,
        for caller: Principal,
        in snapshot: borrowing Snapshot
    ) -> ResolvedFeature? {
        let space = caller.space
        let slot = Int(truncatingIfNeeded: Self.hash(reference, space)) & (slots.count - 1)
        let generation = snapshot.registryGeneration
        if let known = slots[slot], known.generation == generation, known.space == space,
            Self.areEqual(known.reference.span, reference)
        {
            tally.hit()
            return known.feature
        }
        tally.miss()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reference.count)
        for index in reference.indices { bytes.append(reference[index]) }
        guard let text = decode(bytes), let feature = ResolvedFeature(text, for: caller, in: snapshot) else {
            return nil
        }
        slots[slot] = Slot(space: space, generation: generation, reference: bytes, feature: feature)
        return feature
    }

    /// FNV-1a.
    private static func hash(_ bytes: Span<UInt8>, _ space: UInt32) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(space)
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
        }
        return hash ^ hash >> 32
    }

    private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}
