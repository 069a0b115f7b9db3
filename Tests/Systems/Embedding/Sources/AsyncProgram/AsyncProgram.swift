// snippet: async-program
import FStore
import FStoreFoundation
import Foundation

@main
struct AsyncProgram {
    static func main() async throws {
        let store = try FeatureStore(directory: "winds")
        let speed = try await store.define(FeatureDefinition(name: "wind_speed", type: .float64)).handle
        let now = Timestamp(Date())
        try await store.put(.float64(12.7), of: speed, for: "JFK", at: now)
        let latest = try store.value(of: speed, for: "JFK")  // reads need no await
        print("\(latest.value?.double ?? .nan) at \(latest.eventTime.map { Date($0) } ?? .distantPast)")
        do {
            try await store.put(.string("fast"), of: speed, for: "JFK", at: now)
        } catch {
            print(error.localizedDescription)
        }
    }
}
// end
