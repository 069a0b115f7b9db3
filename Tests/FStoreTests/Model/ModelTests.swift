import Glibc
import Testing

/// Mark R1: random operations against a model that is too simple to be wrong.
///
/// `FSTORE_MODEL_OPERATIONS` sets how many, `FSTORE_MODEL_SEED` brings a run back.
@Suite("The store against the model")
struct ModelTests {
    /// Long enough for histories to grow deep, short enough for the model to stay quick.
    private static let operationsOfOneStore = 4000

    @Test func `answers as the model does, whatever is done to it`() throws {
        let operations = Self.setting("FSTORE_MODEL_OPERATIONS").map(Int.init) ?? 200_000
        let seed = Self.setting("FSTORE_MODEL_SEED") ?? UInt64.random(in: 0...999_999_999)
        var checked = 0
        var done = 0
        var run = seed
        while done < operations {
            let count = min(Self.operationsOfOneStore, operations - done)
            var modelRun = try ModelRun(seed: run)
            try modelRun.run(operations: count)
            checked += modelRun.checked
            done += count
            run += 1
        }
        print("model: \(done) operations, \(checked) answers compared, 0 differences, seeds \(seed) to \(run - 1)")
        #expect(checked > done / 4)
    }

    private static func setting(_ name: String) -> UInt64? {
        unsafe getenv(name).flatMap { UInt64(unsafe String(cString: $0)) }
    }
}
