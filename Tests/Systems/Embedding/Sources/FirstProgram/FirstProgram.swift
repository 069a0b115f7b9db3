// snippet: first-program
import FStore

@main
struct FirstProgram {
    static func main() throws {
        let store = try FeatureStore(directory: "winds")
        let speed = try store.define(FeatureDefinition(name: "wind_speed", type: .float64)).handle
        let jfk: EntityID = "JFK"
        let five = try Timestamp("2013-01-01T05:00:00Z")
        let six = try Timestamp("2013-01-01T06:00:00Z")
        try store.put(.float64(10.4), of: speed, for: jfk, at: five)
        try store.put(.float64(12.7), of: speed, for: jfk, at: six)
        let latest = try store.value(of: speed, for: jfk).value?.double
        let then = try store.value(of: speed, for: jfk, at: .asOf(five)).value?.double
        print("now \(latest ?? .nan), at five \(then ?? .nan)")  // now 12.7, at five 10.4
    }
}
// end
