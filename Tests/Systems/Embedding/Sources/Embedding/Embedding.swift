import FStore
import Snippets

/// What an outside program does with the engine. `check` compares what it prints.
@main
enum Embedding {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { fatalError("usage: Embedding <an empty directory>") }
        let directory = CommandLine.arguments[1]
        try embed(directory + "/embedding")
        try await runAllSnippets(in: directory)
        print("snippets: done")
    }

    static func embed(_ directory: String) throws {
        let store = try FeatureStore(directory: directory)
        let speed = try store.define(FeatureDefinition(name: "wind_speed", type: .float64)).handle
        let gust = try store.define(FeatureDefinition(name: "wind_gust", type: .float64)).handle
        let jfk: EntityID = "JFK"
        let five = try Timestamp("2013-01-01T05:00:00Z")
        let six = try Timestamp("2013-01-01T06:00:00Z")

        var batch = WriteBatch()
        try batch.put(.float64(10.4), of: speed, for: jfk, at: five)
        try batch.put(.float64(12.7), of: speed, for: jfk, at: six)
        try batch.put(.null, of: gust, for: jfk, at: six)
        let receipt = try store.write(batch)
        print("written: \(receipt.cells) cells")

        // Owned: values that may go anywhere.
        let between = five.advanced(by: .seconds(1800))
        print("latest:", try store.value(of: speed, for: jfk).value ?? .null)
        print("at 05:30:", try store.value(of: speed, for: jfk, at: .asOf(between)).value ?? .null)
        print("at 1970:", try store.value(of: speed, for: jfk, at: .asOf(Timestamp(nanoseconds: 0))).status)
        print("gust:", try store.value(of: gust, for: jfk).status)

        // Borrowed: the number is read in the memory map, and only it leaves the read.
        let number = try store.read { snapshot throws(ReadError) -> Double? in
            try snapshot.value(of: speed, for: jfk).value?.float64
        }
        print("borrowed:", number ?? .nan)

        try store.put(.float64(10.5), of: speed, for: jfk, at: five)
        print("corrected:", try store.value(of: speed, for: jfk, at: .asOf(five)).value ?? .null)
        let before = PointInTime.asOf(five, knownAt: receipt.commitTime)
        print("as it was known:", try store.value(of: speed, for: jfk, at: before).value ?? .null)
        store.close()
    }
}
