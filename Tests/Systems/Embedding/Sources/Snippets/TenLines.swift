import FStore

func tenLines(_ directory: String) throws {
    // snippet: ten-lines
    let store = try FeatureStore(directory: directory)
    let speed = try store.define(FeatureDefinition(name: "wind_speed", type: .float64)).handle
    let jfk: EntityID = "JFK"
    let five = try Timestamp("2013-01-01T05:00:00Z")
    let six = try Timestamp("2013-01-01T06:00:00Z")
    try store.put(.float64(10.4), of: speed, for: jfk, at: five)
    try store.put(.float64(12.7), of: speed, for: jfk, at: six)
    let latest = try store.value(of: speed, for: jfk).value?.double  // 12.7
    let then = try store.value(of: speed, for: jfk, at: .asOf(five)).value?.double  // 10.4
    // end
    precondition(latest == 12.7 && then == 10.4)
    store.close()
}
