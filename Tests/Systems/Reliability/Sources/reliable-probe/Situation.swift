internal import FStore

/// A store in a situation that happens to operators: what it says, whether reads go on, and the way back.
///
/// Each situation is one function that ends with a sentence about what was seen, or throws what was not as it must be.
struct Situation {
    /// What was not as it must be.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static let all: [String: @Sendable (Situation) throws -> String] = [
        "full-map": { try $0.fullMap() },
        "full-disk": { try $0.fullDisk() },
        "file-limit": { try $0.fileLimit() },
        "many-readers": { try $0.manyReaders() },
        "stuck-reader": { try $0.stuckReader() },
        "clock-back": { try $0.clockBack() },
        "no-permission": { try $0.noPermission() },
        "read-only-disk": { try $0.readOnlyDisk() },
    ]

    let directory: String
    /// Something in the way, which the operator takes away: a file that fills the disk.
    let ballast: String

    static func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
        if !condition { throw Failure(description: sentence()) }
    }

    func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> FeatureStore {
        var options = StoreOptions()
        options.mapSize = 1 << 28
        options.sweepInterval = nil
        change(&options)
        return try FeatureStore(directory: directory, options: options)
    }

    /// A value of 1000 bytes that its number tells.
    static func value(_ number: Int) -> FeatureValue {
        .string(String(repeating: "\(number) ", count: 1000 / "\(number) ".count))
    }

    static func entity(_ number: Int) throws -> EntityID { try EntityID("entity-\(number)") }

    /// Writes one value after the other until the store says no. Returns how many it took, and what it said.
    func fill(_ store: FeatureStore, _ feature: FeatureHandle, from first: Int) throws -> (
        count: Int, error: WriteError
    ) {
        var number = first
        while number < 1_000_000 {
            do throws(WriteError) {
                try store.put(Self.value(number), of: feature, for: write(number), at: Timestamp(nanoseconds: 0))
            } catch {
                return (number, error)
            }
            number += 1
        }
        throw Failure(description: "a million values fit")
    }

    private func write(_ number: Int) throws(WriteError) -> EntityID {
        do throws(LimitError) { return try EntityID("entity-\(number)") } catch { throw .limit(error) }
    }

    /// Every value up to `count` is there, and right, and no other.
    func check(_ store: FeatureStore, _ feature: FeatureHandle, count: Int) throws {
        for number in 0...count {
            let answer = try store.value(of: feature, for: Self.entity(number))
            let expected = number < count ? Self.value(number) : nil
            try Self.require(answer.value == expected, "value \(number) of \(count) is \(answer.status)")
        }
        let report = try store.verify()
        try Self.require(report.isSound && report.rows == count, "verify: \(report)")
    }
}
