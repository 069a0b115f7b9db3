internal import FStore

extension Plan {
    /// What `thread` does at `sequence`. Depends on nothing else.
    package func operation(thread: Int, sequence: Int) -> Operation {
        if sequence == 0 { return .setUp }
        // The thread after the last makes backups, in its own time.
        if thread == threads { return .backup }
        var random = SplitMix(seed: seed, thread: thread, sequence: sequence)
        if mix != .writes, let operation = temporary(thread, sequence, &random) { return operation }
        switch mix == .writes ? 999 : random.below(1000) {
        case 0..<20 where mix != .large || sequence <= Self.largeLoads:
            return .write(load(thread, sequence, &random))
        case 20..<50: return .eraseEntity(Self.own(thread, random.below(Self.ownEntities)))
        case 50..<70: return .eraseValues(Self.churn(thread))
        case 70..<100: return .retain(Self.ring(thread), maxVersions: 1 + random.below(8))
        case 100..<115: return .sweep
        case 115..<118: return .backup
        default: return .write(cells(thread, sequence, &random))
        }
    }

    /// Own entities are erased, so that only their thread may write to them. The last one takes the loads.
    private static let ownEntities = 4

    /// Operations of a thread among which a large store gets its loads, about one in fifty.
    private static let largeLoads = 1500

    /// A feature is defined, written to and deleted within sixteen operations.
    private func temporary(_ thread: Int, _ sequence: Int, _ random: inout SplitMix) -> Operation? {
        switch sequence % 16 {
        case 5:
            let definition = FeatureDefinition(
                name: Self.temporary(thread, sequence),
                type: .int64,
                description: "of thread \(thread)",
                tags: ["temporary", "n\(random.below(100))"]
            )
            return .define(definition)
        case 8: return .write(few(3, of: Self.temporary(thread, sequence - 3), thread, sequence, &random))
        case 11: return .delete(Self.temporary(thread, sequence - 6))
        default: return nil
        }
    }

    // MARK: Cells

    private func cells(_ thread: Int, _ sequence: Int, _ random: inout SplitMix) -> [PlannedCell] {
        switch random.below(10) {
        case 0: return few(1 + random.below(6), of: Self.churn(thread), thread, sequence, &random)
        case 1: return few(1 + random.below(6), of: Self.ring(thread), thread, sequence, &random)
        default: break
        }
        var cells: [PlannedCell] = []
        for _ in 0..<(1 + random.below(12)) {
            let chosen = random.below(Self.shared.count + 1)
            let name = chosen < Self.shared.count ? Self.shared[chosen].name : "untyped"
            let type = chosen < Self.shared.count ? Self.shared[chosen].type : .float64
            let isHidden = name == "aged" && random.chance(30)
            let eventTime = isHidden ? Self.longAgo + Int64(random.below(50)) : self.eventTime(sequence, &random)
            let value = random.chance(12) ? nil : Self.value(type, sequence, &random)
            cells.append(
                PlannedCell(feature: name, entity: entity(thread, &random), eventTime: eventTime, value: value)
            )
        }
        return cells
    }

    /// Whole numbers for one feature of the thread.
    private func few(
        _ count: Int,
        of feature: String,
        _ thread: Int,
        _ sequence: Int,
        _ random: inout SplitMix
    ) -> [PlannedCell] {
        var cells: [PlannedCell] = []
        for _ in 0..<count {
            let value = random.chance(12) ? nil : FeatureValue.int64(Int64(sequence * 100 + cells.count))
            let eventTime = self.eventTime(sequence, &random)
            cells.append(
                PlannedCell(feature: feature, entity: entity(thread, &random), eventTime: eventTime, value: value)
            )
        }
        return cells
    }

    /// Many cells in the order of the store: one series after the other, newest first.
    private func load(_ thread: Int, _ sequence: Int, _ random: inout SplitMix) -> [PlannedCell] {
        let count = max(1, loadCells / 4 + random.below(max(1, loadCells * 3 / 4)))
        let entity = Self.own(thread, mix == .large ? Self.ownEntities : Self.ownEntities - 1)
        let first = Self.epoch + Int64(sequence) * 1_000_000_000
        return (0..<count)
            .map { number in
                PlannedCell(
                    feature: Self.load(thread),
                    entity: entity,
                    eventTime: first + Int64(count - number),
                    value: .float64(Double(sequence) + Double(number) / 65_536)
                )
            }
    }

    private func entity(_ thread: Int, _ random: inout SplitMix) -> String {
        if random.chance(30) { return Self.own(thread, random.below(Self.ownEntities)) }
        let number = random.below(12)
        return number == 11 ? String(repeating: "é", count: 127) : "entity \(number)"
    }

    /// Few moments, so that cells meet: late, tied, corrected, before 1970 and in the future.
    private func eventTime(_ sequence: Int, _ random: inout SplitMix) -> Int64 {
        let late = Int64(random.below(60)) * 1_000_000_000
        if mix == .soak { return Self.epoch + Int64(sequence) * 1_000_000_000 - late }
        switch random.below(30) {
        case 0: return 4_000_000_000_000_000_000 + late
        default: return Self.epoch + late
        }
    }

    private static func value(_ type: ValueType, _ sequence: Int, _ random: inout SplitMix) -> FeatureValue {
        if random.chance(5) { return .null }
        let number = Int64(sequence) * 1000 + Int64(random.below(1000))
        switch type {
        case .float64: return .float64(Double(number) / 8)
        case .int64: return .int64(random.chance(3) ? .min : number)
        case .bool: return .bool(number % 2 == 0)
        case .string: return .string(String(repeating: "ü", count: random.below(40)) + "\(number)")
        case .bytes:
            // Past 2000 bytes a value lies on pages of its own.
            let count = random.chance(4) ? 2000 + random.below(8000) : random.below(80)
            return .bytes((0..<count).map { UInt8(truncatingIfNeeded: Int(number) &+ $0) })
        case .timestamp: return .timestamp(Timestamp(nanoseconds: number))
        case .vector(let dimension): return .vector((0..<dimension).map { Float(number % 10_000) + Float($0) })
        case .json: return .json("{\"n\":\(number),\"of\":[\(sequence)]}")
        }
    }
}
