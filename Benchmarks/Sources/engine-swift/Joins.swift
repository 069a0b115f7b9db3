import FStore

/// A point-in-time join: the engine's own, and one read for each row.
///
/// The spine is `count` rows of an entity's name and a moment, in no order; the result has a row of numbers for each,
/// in the same order. The clock begins with names and moments in memory, and ends with all numbers in memory.
struct Joins {
    let lookups: Lookups
    private let entities: [EntityID]
    private let times: [Timestamp]

    init(_ lookups: Lookups) {
        self.lookups = lookups
        let data = lookups.arguments.data
        var generator = SplitMix(seed: lookups.arguments.seed)
        var (entities, times) = ([EntityID](), [Timestamp]())
        for _ in 0..<lookups.arguments.count {
            entities.append(lookups.entities[Int(generator.next(below: data.entities))])
            let moment = DataSet.firstEventTime + Int64(generator.next(below: data.span))
            times.append(Timestamp(nanoseconds: moment))
        }
        (self.entities, self.times) = (entities, times)
    }

    func byJoin() throws -> Outcome {
        let features = FeatureList(lookups.handles)
        return try measured { numbers in
            let spine = try Spine(entities: entities, times: times)
            try lookups.store.read { snapshot throws(ReadError) in
                var output = numbers.mutableSpan
                try snapshot.numbers(of: features, for: spine, into: &output)
            }
        }
    }

    func byValue() throws -> Outcome {
        let features = lookups.handles.count
        return try measured { numbers in
            try lookups.store.read { snapshot throws(ReadError) in
                for (feature, handle) in lookups.handles.enumerated() {
                    for row in entities.indices {
                        let answer = try snapshot.value(of: handle, for: entities[row], at: .asOf(times[row]))
                        if let number = answer.value?.float64 { numbers[row * features + feature] = number }
                    }
                }
            }
        }
    }

    /// The sum is one of bits, which does not depend on the order in which others add.
    private func measured(_ body: (inout [Double]) throws -> Void) rethrows -> Outcome {
        var numbers: [Double] = []
        var outcome = try Outcome.measured { _ in
            numbers = Array(repeating: .nan, count: lookups.handles.count * entities.count)
            try body(&numbers)
        }
        var bits: UInt64 = 0
        for number in numbers where !number.isNaN {
            outcome.found += 1
            bits &+= number.bitPattern
        }
        outcome.sum = Double(bitPattern: bits)
        return outcome
    }
}
