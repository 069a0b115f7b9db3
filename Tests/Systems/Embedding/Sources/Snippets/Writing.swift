import FStore

func writeBatch(_ flights: Flights) throws {
    let (store, speed, origin, jfk, five) = (flights.store, flights.speed, flights.origin, flights.jfk, flights.five)
    // snippet: write
    var batch = WriteBatch()
    try batch.put(.float64(10.4), of: speed, for: jfk, at: five)
    try batch.put(.string("JFK"), of: origin, for: "N14228", at: five)
    let receipt = try store.write(batch)
    print("committed at \(receipt.commitTime)")
    // end
}

func correct(_ flights: Flights) throws {
    let (store, speed, jfk, five) = (flights.store, flights.speed, flights.jfk, flights.five)
    // snippet: correct
    let before = try store.lastCommitTime() ?? .now()
    try store.put(.float64(10.5), of: speed, for: jfk, at: five)

    let now = try store.value(of: speed, for: jfk, at: .asOf(five))
    let then = try store.value(of: speed, for: jfk, at: .asOf(five, knownAt: before))
    // now is 10.5, then is 10.4, for ever
    // end
    precondition(now.value == .float64(10.5) && then.value == .float64(10.4))
}

func writeFromTask(_ flights: Flights) async throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    // snippet: write-from-task
    var batch = WriteBatch()
    try batch.put(.float64(11), of: speed, for: jfk, at: .now())
    let receipt = try await store.write(batch)
    // end
    precondition(receipt.cells == 1)
}

func submit(_ flights: Flights) throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    // snippet: submit
    var batch = WriteBatch()
    try batch.put(.float64(11.5), of: speed, for: jfk, at: .now())
    try store.submit(batch) { result in
        if case .failure(let error) = result { print("not written: \(error)") }
    }
    // end
}

func resumeLoad(_ flights: Flights, lines: [String]) throws {
    let (store, speed) = (flights.store, flights.speed)
    // snippet: bookmark
    let mark = try store.bookmark("winds.csv").map { String(decoding: $0, as: UTF8.self) }
    let done = mark.flatMap(Int.init) ?? 0

    var batch = WriteBatch()
    for line in lines.dropFirst(done) {
        let fields = line.split(separator: ",")
        try batch.put(.float64(Double(fields[1]) ?? 0), of: speed, for: EntityID(String(fields[0])), at: .now())
    }
    try batch.setBookmark("winds.csv", to: Array("\(lines.count)".utf8))
    try store.write(batch)
    // end
}

func keepLess(_ flights: Flights) throws {
    let (store, speed) = (flights.store, flights.speed)
    // snippet: retention
    try store.update(speed, FeatureUpdate(retention: Retention(maxVersions: 1000)))
    let report = try store.sweep()
    print("\(report.sweptCells) cells are gone")
    // end
}

func delete(_ flights: Flights) throws {
    let (store, speed, jfk, five) = (flights.store, flights.speed, flights.jfk, flights.five)
    // snippet: delete
    try store.delete(speed, for: jfk, at: five)
    // end
    try store.put(.float64(10.4), of: speed, for: jfk, at: five)
}

func erase(_ flights: Flights) throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    // snippet: erase
    let cells = try store.erase(jfk)  // one entity, in every feature
    let emptied = try store.eraseValues(of: speed)  // one feature, for every entity
    try store.delete(emptied.handle)  // the feature itself
    // end
    precondition(cells > 0)
}
