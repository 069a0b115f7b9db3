import FStore

func readValues(_ flights: Flights) throws {
    let (store, speed, origin, jfk) = (flights.store, flights.speed, flights.origin, flights.jfk)
    // snippet: read
    let answer = try store.value(of: speed, for: jfk)
    switch answer.status {
    case .present: print("the value is \(answer.value ?? .null)")
    case .null: print("known to have no value")
    case .missing: print("nothing known")
    case .expired: print("too old, from \(answer.eventTime ?? .earliest)")
    }

    let row = try store.values(of: FeatureList([speed, origin]), for: jfk)
    // end
    precondition(row.count == 2)
}

func readAtPointsInTime(_ flights: Flights) throws {
    let (store, speed, jfk, five) = (flights.store, flights.speed, flights.jfk, flights.five)
    // snippet: point-in-time
    let known = try store.lastCommitTime() ?? .now()
    let questions: [PointInTime] = [
        .latest,  // the newest value, even from the future
        .asOf(.now()),  // what is true now
        .asOf(five),  // what was true then
        .asOf(five, knownAt: known),  // the same, and the same for ever
        .latest(knownAt: known),  // the newest that was known then
    ]
    for question in questions { print(try store.value(of: speed, for: jfk, at: question).status) }
    // end
}

func borrow(_ flights: Flights) throws {
    let (store, speed, origin, jfk) = (flights.store, flights.speed, flights.origin, flights.jfk)
    // snippet: borrow
    let length = try store.read { snapshot throws(ReadError) -> Int in
        let wind = try snapshot.value(of: speed, for: jfk)
        let field = try snapshot.value(of: origin, for: jfk)
        guard wind.value?.float64 != nil, let name = field.value?.utf8 else { return 0 }
        return name.count  // the bytes stay where they are, in the memory map
    }
    // end
    precondition(length == 0)
}

func borrowMany(_ flights: Flights) throws {
    let (store, speed, origin, jfk) = (flights.store, flights.speed, flights.origin, flights.jfk)
    // snippet: borrow-many
    let features = FeatureList([speed, origin])  // made once, used for many reads
    let entities = EntityList([jfk, "LGA"])
    var sum = 0.0
    try store.read { snapshot throws(ReadError) in
        try snapshot.values(of: features, for: entities) { feature, entity, answer throws(ReadError) in
            if let number = answer.value?.float64 { sum += number }
        }
    }
    // end
    precondition(sum >= 0)
}

func numbers(_ flights: Flights) throws {
    let (store, speed, origin, jfk) = (flights.store, flights.speed, flights.origin, flights.jfk)
    // snippet: numbers
    let inputs = FeatureList([speed, origin])  // made once, used for many reads
    var vector = [Double](repeating: 0, count: inputs.count)
    let known = try store.read { snapshot throws(ReadError) in
        var output = vector.mutableSpan
        return try snapshot.numbers(of: inputs, for: jfk, into: &output, missing: 0)
    }
    print("\(known) of \(vector) are known")
    // end
    precondition(known >= 0 && vector.count == 2)
}

func walk(_ flights: Flights) throws {
    let (store, speed, jfk, five) = (flights.store, flights.speed, flights.jfk, flights.five)
    // snippet: history
    let greatest = try store.read { snapshot throws(ReadError) -> Double in
        var greatest = -Double.infinity
        var history = try snapshot.history(of: speed, for: jfk, from: five)
        while let answer = try history.next() {
            if let number = answer.value?.float64 { greatest = max(greatest, number) }
        }
        return greatest
    }
    // end
    precondition(greatest >= 10)
}

func pages(_ flights: Flights) throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    // snippet: pages
    var cursor: HistoryCursor?
    repeat {
        let page = try store.history(of: speed, for: jfk, limit: 1000, cursor: cursor)
        for entry in page.entries { print(entry.eventTime, entry.value) }
        cursor = page.next
    } while cursor != nil
    // end
}

func readEntities(_ flights: Flights) throws {
    let (store, speed) = (flights.store, flights.speed)
    // snippet: entities
    var after: EntityID?
    repeat {
        let page = try store.entities(of: speed, at: .asOf(.now()), limit: 1000, after: after)
        for (entity, answer) in page.entities { print(entity, answer.status) }
        after = page.next
    } while after != nil
    // end
}

func trainingSet(_ flights: Flights, _ examples: [(EntityID, Timestamp)]) throws -> [Double] {
    let (store, speed) = (flights.store, flights.speed)
    // snippet: training-set
    // A row for each example: what was true, and was known, at its own moment.
    let spine = try Spine(entities: examples.map(\.0), times: examples.map(\.1))
    let features = FeatureList([speed])
    let matrix = try store.numbers(of: features, for: spine, known: .byRowTime)
    print("\(spine.count) rows of \(features.count) numbers: \(matrix)")
    // end
    return matrix
}

func readFromTask(_ flights: Flights) async throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    // snippet: read-from-task
    let answer = try store.value(of: speed, for: jfk)  // no await: a microsecond, and never a wait for the writer
    try await Task.sleep(for: .milliseconds(1))
    // end
    precondition(answer.status != .missing)
}
