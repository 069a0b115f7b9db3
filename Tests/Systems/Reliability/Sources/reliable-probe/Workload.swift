internal import FStore
internal import Ledger

/// The same batches for everyone who knows the seed: few series, so that cells are late, tied, corrected and deleted.
struct Workload {
    /// One cell of a batch; without a value it is a tombstone.
    struct Cell {
        var series: Int
        var eventTime: Timestamp
        var value: FeatureValue?
    }

    static let features: [(name: String, type: ValueType)] = [
        ("number", .float64), ("text", .string), ("count", .int64), ("place", .vector(dimension: 3)),
    ]
    static let entityCount = 12
    static let seriesCount = features.count * entityCount
    /// The clock stands still, so that the commit time of batch n is this plus n - 1.
    static let clock = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    /// The bookmark that each batch carries: its number.
    static let bookmark = "batch"

    let seed: UInt64

    static func commitTime(ofBatch number: Int) -> Timestamp {
        Timestamp(nanoseconds: clock.nanoseconds + Int64(number) - 1)
    }

    static func feature(ofSeries series: Int) -> Int { series / entityCount }

    static func entity(ofSeries series: Int) throws -> EntityID {
        try EntityID("entity-\(series % entityCount)")
    }

    /// The cells of batch `number`, counted from 1.
    func batch(_ number: Int) -> [Cell] {
        var random = SplitMix(seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let count = number % 25 == 0 ? 60 : 1 + random.below(8)
        return (0..<count)
            .map { _ in
                let series = random.below(Self.seriesCount)
                let eventTime = Timestamp(nanoseconds: Int64(random.below(40)) * 1_000_000_000)
                let kind = random.below(100)
                let value = kind < 10 ? nil : kind < 15 ? .null : Self.value(Self.feature(ofSeries: series), &random)
                return Cell(series: series, eventTime: eventTime, value: value)
            }
    }

    private static func value(_ feature: Int, _ random: inout SplitMix) -> FeatureValue {
        switch feature {
        case 0: .float64(Double(random.below(1 << 40)) / 1024)
        case 1: text(&random)
        case 2: .int64(Int64(bitPattern: random.next()))
        default: .vector((0..<3).map { _ in Float(random.below(1 << 20)) })
        }
    }

    /// One in sixteen is so long that LMDB gives it pages of its own.
    private static func text(_ random: inout SplitMix) -> FeatureValue {
        let length = random.below(16) == 0 ? 2500 + random.below(6000) : random.below(60)
        let word = String(random.next(), radix: 36)
        return .string(String(String(repeating: word, count: length / word.count + 1).prefix(length)))
    }
}
