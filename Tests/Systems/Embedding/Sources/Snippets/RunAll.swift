import FStore

/// Runs everything that the documents show, in stores under `directory`.
public func runAllSnippets(in directory: String) async throws {
    // Twice: a program is started more than once.
    for _ in 1...2 { try tenLines(directory + "/ten-lines") }
    let store = try openStore(directory + "/flights")
    let flights = try Flights(store)
    try writeBatch(flights)
    try correct(flights)
    try readValues(flights)
    try readAtPointsInTime(flights)
    try borrow(flights)
    try borrowMany(flights)
    try numbers(flights)
    try walk(flights)
    try pages(flights)
    try readEntities(flights)
    try keepLess(flights)
    try delete(flights)
    try handleErrors(flights)
    try await writeFromTask(flights)
    try submit(flights)
    try resumeLoad(flights, lines: ["JFK,10.4", "LGA,9.2"])
    _ = try trainingSet(flights, [(flights.jfk, .now())])
    try await readFromTask(flights)
    try await follow(flights)
    try look(flights)
    try backUp(flights, to: directory + "/backup", restored: directory + "/restored")
    try erase(flights)
    store.close()
    try openForReading(directory + "/flights")
}

/// What the snippets work on.
struct Flights: Sendable {
    let store: FeatureStore
    let speed: FeatureHandle
    let origin: FeatureHandle
    let jfk: EntityID
    let five: Timestamp

    init(_ store: FeatureStore) throws {
        self.store = store
        speed = try defineFeatures(store)
        origin = try store.define(FeatureDefinition(name: "origin", type: .string)).handle
        jfk = "JFK"
        five = try Timestamp("2013-01-01T05:00:00Z")
    }
}
