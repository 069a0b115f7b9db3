import FStore

/// The data that both sides load and ask for; `Sources/engine-c/dataset.h` is the same in C.
///
/// `features` × `entities` × `versions` cells: every series has a value each hour from ``firstEventTime`` on.
struct DataSet {
    var features: UInt64
    var entities: UInt64
    var versions: UInt64

    static let firstEventTime: Int64 = 1_600_000_000_000_000_000
    static let eventStep: Int64 = 3_600_000_000_000
    static let firstCommitTime: Int64 = 1_750_000_000_000_000_000

    /// Every name of an entity has so many.
    static let entityBytes = 12

    var cells: UInt64 { features * entities * versions }

    /// How far the event times of a series reach.
    var span: UInt64 { versions * UInt64(Self.eventStep) }

    static func eventTime(_ version: UInt64) -> Timestamp {
        Timestamp(nanoseconds: firstEventTime + Int64(version) * eventStep)
    }

    /// The value of a cell: a number from 0 up to 1 that every cell has for itself.
    func value(_ feature: UInt64, _ entity: UInt64, _ version: UInt64) -> Double {
        let position = (feature * entities + entity) * versions + version
        return Double(SplitMix.mixed(position + 1) >> 11) * 0x1p-53
    }

    /// "e00000000042": short enough to need no memory of its own, as most names of entities are.
    static func entity(_ number: UInt64) throws -> EntityID {
        let digits = String(number)
        return try EntityID("e" + String(repeating: "0", count: 11 - digits.count) + digits)
    }

    func entityNames() throws -> [EntityID] {
        try (0..<entities).map(Self.entity)
    }

    /// The features of an open store, in the order in which they were defined.
    func handles(of store: FeatureStore) throws -> [FeatureHandle] {
        try (0..<features)
            .map { number in
                guard let feature = try store.feature(named: Self.featureName(number)) else {
                    throw Complaint("the store has no feature \(number)")
                }
                return feature.handle
            }
    }

    static func featureName(_ number: UInt64) -> String { "feature_\(number)" }
}

/// Something the person at the command line should know.
struct Complaint: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
