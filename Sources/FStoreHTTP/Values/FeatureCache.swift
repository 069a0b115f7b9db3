internal import FStore
internal import FStoreText
internal import FStoreWire

/// A feature as the data plane needs it: found once, used until a definition changes.
struct ResolvedFeature: Sendable {
    let handle: FeatureHandle
    let type: ValueType?
    /// `{"feature_id":"…","name":"…"` as answers begin.
    let opening: [UInt8]
    /// The name as JSON.
    let name: [UInt8]

    init(_ feature: Feature) {
        handle = feature.handle
        type = feature.type
        var name: [UInt8] = []
        JSONText.append(feature.name, to: &name)
        self.name = name
        opening = Array("{\"feature_id\":\"\(feature.id)\",\"name\":".utf8) + name
    }
}

/// Features by the text that names them in paths, as it was sent. One for each event loop: no lock.
///
/// A slot a hash value: two features that share one push each other out, and are found again in the registry.
final class FeatureCache {
    private struct Slot {
        var space: UInt32
        var generation: UInt64
        var reference: [UInt8]
        var feature: ResolvedFeature
    }

    private var slots: [Slot?]
    private let isEncoded: Bool

    /// - Parameters:
    ///   - slots: a power of two.
    ///   - isEncoded: whether references are percent-encoded, as in paths, or plain UTF-8, as in JSON.
    init(slots: Int, isEncoded: Bool = true) {
        self.slots = Array(repeating: nil, count: slots)
        self.isEncoded = isEncoded
    }

    /// The feature that `reference` names in `space`: its UUID or its name. `nil` when there is
    /// none, or the encoding is broken.
    func feature(_ reference: Span<UInt8>, space: UInt32, in snapshot: borrowing Snapshot) -> ResolvedFeature? {
        let slot = Int(truncatingIfNeeded: Self.hash(reference, space)) & (slots.count - 1)
        let generation = snapshot.registryGeneration
        if let known = slots[slot], known.generation == generation, known.space == space,
            Self.areEqual(known.reference.span, reference)
        {
            return known.feature
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reference.count)
        for index in reference.indices { bytes.append(reference[index]) }
        let decoded =
            isEncoded ? PercentCoding.decodeText(bytes, plusIsSpace: false) : String(validating: bytes, as: UTF8.self)
        guard let text = decoded else { return nil }
        let found =
            if let id = FeatureID(text) {
                snapshot.feature(id: id, space: space)
            } else {
                snapshot.feature(named: text, space: space)
            }
        guard let found else { return nil }
        let feature = ResolvedFeature(found)
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
