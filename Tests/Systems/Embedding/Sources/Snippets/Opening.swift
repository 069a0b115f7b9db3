import FStore

func openStore(_ directory: String) throws -> FeatureStore {
    // snippet: open
    var options = StoreOptions()
    options.durability = .durable
    options.mapSize = 8 << 30  // at most 8 GiB
    let store = try FeatureStore(directory: directory, options: options)
    // end
    return store
}

func openForReading(_ directory: String) throws {
    // snippet: open-for-reading
    var options = StoreOptions()
    options.access = .readOnly
    let store = try FeatureStore(directory: directory, options: options)
    // end
    store.close()
}

func defineFeatures(_ store: FeatureStore) throws -> FeatureHandle {
    // snippet: define
    var definition = FeatureDefinition(name: "wind_speed", type: .float64)
    definition.ttl = .seconds(3600)
    definition.description = "Speed of the wind, in knots"
    definition.tags = ["weather"]
    let speed = try store.define(definition).handle

    // Another start of the program finds it by its name.
    let found = try store.feature(named: "wind_speed")?.handle
    // end
    precondition(found == speed)
    return speed
}
