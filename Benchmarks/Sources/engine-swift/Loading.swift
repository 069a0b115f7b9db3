import FStore
import Glibc
import Synchronization

/// Fills a store with a data set through `WriteBatch`.
struct Loading {
    let arguments: Arguments

    private func open() throws -> (FeatureStore, [FeatureHandle]) {
        var options = StoreOptions()
        // Every batch gets the commit time after that of the one before, as on the C side.
        options.clock = { Timestamp(nanoseconds: DataSet.firstCommitTime) }
        options.sweepInterval = nil
        if arguments.map > 0 { options.mapSize = arguments.map }
        let store = try FeatureStore(directory: arguments.directory, options: options)
        let handles = try (0..<arguments.data.features)
            .map { number in
                try store.define(FeatureDefinition(name: DataSet.featureName(number), type: .float64)).handle
            }
        return (store, handles)
    }

    /// Batches that have been handed over and not yet committed.
    private final class Outstanding: Sendable {
        let count = Atomic<Int>(0)
        let refused = Atomic<Int>(0)

        func submit(_ batch: consuming WriteBatch, to store: FeatureStore) throws {
            while count.load(ordering: .acquiring) > 1 { usleep(100) }
            count.wrappingAdd(1, ordering: .relaxed)
            try store.submit(batch) { [self] result in
                if case .failure = result { refused.wrappingAdd(1, ordering: .relaxed) }
                count.wrappingSubtract(1, ordering: .releasing)
            }
        }

        func wait() throws {
            while count.load(ordering: .acquiring) > 0 { usleep(100) }
            let refused = refused.load(ordering: .relaxed)
            if refused > 0 { throw Complaint("\(refused) batches were refused") }
        }
    }

    /// In the order of feature, entity and event time. The next batch is composed while the writer commits the last.
    func sorted() throws -> Outcome {
        let data = arguments.data
        let (store, handles) = try open()
        let outstanding = Outstanding()
        let outcome = try Outcome.measured { outcome in
            var batch = WriteBatch()
            for feature in 0..<data.features {
                let handle = handles[Int(feature)]
                for number in 0..<data.entities {
                    let entity = try DataSet.entity(number)
                    for version in 0..<data.versions {
                        let value = FeatureValue.float64(data.value(feature, number, version))
                        try batch.put(value, of: handle, for: entity, at: DataSet.eventTime(version))
                    }
                    if batch.count + Int(data.versions) > arguments.batch {
                        try outstanding.submit(batch, to: store)
                        batch = WriteBatch()
                    }
                }
            }
            if batch.count > 0 { try outstanding.submit(batch, to: store) }
            try outstanding.wait()
            outcome.found = data.cells
        }
        store.close()
        return outcome
    }

    /// The same cells in random order: what a store looks like that has been written to for a long time.
    func shuffled() throws -> Outcome {
        let data = arguments.data
        let (store, handles) = try open()
        var generator = SplitMix(seed: arguments.seed)
        var positions = (0..<data.cells).map { $0 }
        for end in stride(from: positions.count, to: 1, by: -1) {
            positions.swapAt(end - 1, Int(generator.next(below: UInt64(end))))
        }
        let entities = try data.entityNames()
        let outcome = try Outcome.measured { outcome in
            var batch = WriteBatch()
            for position in positions {
                let (series, version) = position.quotientAndRemainder(dividingBy: data.versions)
                let (feature, entity) = series.quotientAndRemainder(dividingBy: data.entities)
                let value = FeatureValue.float64(data.value(feature, entity, version))
                let handle = handles[Int(feature)]
                try batch.put(value, of: handle, for: entities[Int(entity)], at: DataSet.eventTime(version))
                if batch.count == arguments.batch {
                    try store.write(batch)
                    batch = WriteBatch()
                }
            }
            if batch.count > 0 { try store.write(batch) }
            outcome.found = data.cells
        }
        store.close()
        return outcome
    }
}
