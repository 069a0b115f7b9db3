import FStore

/// The measured reads. Each draws the same numbers in the same order as its C counterpart.
struct Lookups {
    let store: FeatureStore
    let arguments: Arguments
    let handles: [FeatureHandle]
    let entities: [EntityID]
    /// The names of all entities, one after another: what a server has from the network, and the C side too.
    let names: [UInt8]

    init(_ arguments: Arguments) throws {
        var options = StoreOptions()
        options.access = .readOnly
        store = try FeatureStore(directory: arguments.directory, options: options)
        self.arguments = arguments
        handles = try arguments.data.handles(of: store)
        entities = try arguments.data.entityNames()
        names = entities.flatMap { Array($0.text.utf8) }
    }

    /// Values at random moments of the past, `burst` of them in one read.
    func asOf() throws -> Outcome {
        let (data, burst) = (arguments.data, arguments.burst)
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<(arguments.count / burst) {
                try store.read { snapshot throws(ReadError) in
                    for _ in 0..<burst {
                        let feature = handles[Int(generator.next(below: data.features))]
                        let name = Self.place(of: generator.next(below: data.entities))
                        let time = Self.moment(&generator, data)
                        let entity = names.span.extracting(name)
                        let answer = try snapshot.value(of: feature, forEntityBytes: entity, at: .asOf(time))
                        outcome.add(answer.value?.float64)
                    }
                }
            }
        }
    }

    /// The same, one call of the store for each: what a caller writes who needs one value.
    func asOfSingle() throws -> Outcome {
        let data = arguments.data
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<arguments.count {
                let feature = handles[Int(generator.next(below: data.features))]
                let entity = entities[Int(generator.next(below: data.entities))]
                let time = Self.moment(&generator, data)
                outcome.add(try store.value(of: feature, for: entity, at: .asOf(time)).number)
            }
        }
    }

    static func place(of entity: UInt64) -> Range<Int> {
        Int(entity) * DataSet.entityBytes..<(Int(entity) + 1) * DataSet.entityBytes
    }

    private static func moment(_ generator: inout SplitMix, _ data: DataSet) -> Timestamp {
        Timestamp(nanoseconds: DataSet.firstEventTime + Int64(generator.next(below: data.span)))
    }

    /// Newest values, `burst` of them in one read.
    func latest() throws -> Outcome {
        let (data, burst) = (arguments.data, arguments.burst)
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<(arguments.count / burst) {
                try store.read { snapshot throws(ReadError) in
                    for _ in 0..<burst {
                        let feature = handles[Int(generator.next(below: data.features))]
                        let name = Self.place(of: generator.next(below: data.entities))
                        let answer = try snapshot.value(of: feature, forEntityBytes: names.span.extracting(name))
                        outcome.add(answer.value?.float64)
                    }
                }
            }
        }
    }

    /// All features of one entity, one call of the store for each.
    func rowSingly() throws -> Outcome {
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<arguments.count {
                let entity = entities[Int(generator.next(below: arguments.data.entities))]
                for feature in handles { outcome.add(try store.value(of: feature, for: entity).number) }
            }
        }
    }

    /// All features of one entity in one read.
    func row() throws -> Outcome {
        let list = FeatureList(handles)
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<arguments.count {
                let entity = entities[Int(generator.next(below: arguments.data.entities))]
                try store.read { snapshot throws(ReadError) in
                    try snapshot.values(of: list, for: entity) { _, answer in outcome.add(answer.value?.float64) }
                }
            }
        }
    }

    /// All features of one entity in one read, written as numbers into memory of the caller's.
    func rowNumbers() throws -> Outcome {
        let list = FeatureList(handles)
        var generator = SplitMix(seed: arguments.seed)
        var numbers = [Double](repeating: .nan, count: list.count)
        return try .measured { outcome in
            for _ in 0..<arguments.count {
                let entity = entities[Int(generator.next(below: arguments.data.entities))]
                try store.read { snapshot throws(ReadError) in
                    var output = numbers.mutableSpan
                    try snapshot.numbers(of: list, for: entity, into: &output)
                }
                for number in numbers { outcome.add(number.isNaN ? nil : number) }
            }
        }
    }

    /// All features of one entity in one read, as an array that the caller may keep.
    func rowOwned() throws -> Outcome {
        let list = FeatureList(handles)
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<arguments.count {
                let entity = entities[Int(generator.next(below: arguments.data.entities))]
                for answer in try store.values(of: list, for: entity) { outcome.add(answer.number) }
            }
        }
    }

    /// One feature of 100 entities that lie anywhere, in one read.
    func column() throws -> Outcome {
        let stride = entities.count / 100
        let columns = handles.map { FeatureList([$0]) }
        let lists = (0..<stride).map { offset in EntityList((0..<100).map { entities[$0 * stride + offset] }) }
        var generator = SplitMix(seed: arguments.seed)
        return try .measured { outcome in
            for _ in 0..<arguments.count {
                let column = columns[Int(generator.next(below: arguments.data.features))]
                let list = lists[Int(generator.next(below: UInt64(stride)))]
                try store.read { snapshot throws(ReadError) in
                    try snapshot.values(of: column, for: list) { _, _, answer in outcome.add(answer.value?.float64) }
                }
            }
        }
    }

    /// Reads that ask for nothing.
    func empty() throws -> Outcome {
        try .measured { _ in
            for _ in 0..<arguments.count { try store.read { _ throws(ReadError) in } }
        }
    }
}

extension Answer {
    var number: Double? {
        if case .float64(let number) = value { number } else { nil }
    }
}
