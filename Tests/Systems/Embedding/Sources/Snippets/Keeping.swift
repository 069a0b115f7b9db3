import FStore

func handleErrors(_ flights: Flights) throws {
    let (store, speed, jfk) = (flights.store, flights.speed, flights.jfk)
    // snippet: errors
    do throws(WriteError) {
        try store.put(.string("fast"), of: speed, for: jfk, at: .now())
    } catch .busy {
        print("too many writes are waiting: try again in a moment")
    } catch .mapFull, .diskFull {
        print("no room; reads go on")
    } catch .stopped(let reason) {
        print("the disk failed: \(reason)")
    } catch {
        print("refused: \(error)")  // a sentence to act on
    }
    // end
}

func look(_ flights: Flights) throws {
    let store = flights.store
    // snippet: statistics
    let statistics = try store.statistics()
    print("\(statistics.cells) cells, \(statistics.bytesPerCell) bytes each")
    if statistics.oldestReaderLag > 1000 { print("a read does not end: \(statistics.readsSince.first ?? .now())") }
    if statistics.usedBytes > statistics.mapBytes / 5 * 4 { print("four fifths of the map are used") }
    // end
}

func backUp(_ flights: Flights, to backup: String, restored: String) throws {
    let store = flights.store
    // snippet: backup
    try store.backup(to: backup)  // while others read and write

    try FeatureStore.restore(from: backup, to: restored)
    let copy = try FeatureStore(directory: restored)
    let report = try copy.verify()
    precondition(report.isSound, "\(report.problems)")
    copy.close()
    // end
}
