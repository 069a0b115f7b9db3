internal import FStore

/// Writes the batches of a workload and says on the standard output what it is about to do and what was acknowledged.
///
/// ```
/// begin 7                     step 7 is handed to the store
/// ack 7                       the store has acknowledged it
/// fail 7 diskFull …           the store has refused it
/// read 6                      after a refusal: reads still answer, and as of this step
/// end
/// ```
struct LedgerWriter {
    private let directory: String
    private let workload: Workload
    private let batches: Int
    private let options: StoreOptions

    init(directory: String, seed: UInt64, batches: Int, durability: StoreOptions.Durability) {
        self.directory = directory
        self.batches = batches
        workload = Workload(seed: seed)
        var options = Judge.options()
        options.durability = durability
        self.options = options
    }

    func run() {
        say("begin 0")
        let store: FeatureStore
        do {
            store = try FeatureStore(directory: directory, options: options)
        } catch {
            return say("fail 0 \(caseName(error)) \(error)")
        }
        say("ack 0")
        write(to: store)
        store.close()
        say("end")
    }

    /// After a refusal it goes on with the same step, a few times: a store may say no, but never no and yes.
    private func write(to store: FeatureStore) {
        var features: [FeatureHandle] = []
        var step = 1
        var refusals = 0
        while step <= Workload.features.count + batches, refusals < 3 {
            say("begin \(step)")
            do {
                if step <= Workload.features.count {
                    let (name, type) = Workload.features[step - 1]
                    features.append(try store.define(FeatureDefinition(name: name, type: type)).handle)
                } else {
                    let number = step - Workload.features.count
                    try store.write(Judge.filled(workload.batch(number), number, features))
                }
                say("ack \(step)")
                step += 1
            } catch {
                say("fail \(step) \(caseName(error)) \(error)")
                refusals += 1
                readAll(store)
            }
        }
    }

    /// Reads must go on, and answer as of one step, whatever has happened to the writer.
    private func readAll(_ store: FeatureStore) {
        do {
            let features = try Workload.features.compactMap { try store.feature(named: $0.name)?.handle }
            guard features.count == Workload.features.count else { return say("read \(features.count)") }
            let batch = try Judge.batch(of: store)
            var expected = ExpectedStore(workload)
            try Questions(histories: expected.after(batch), written: expected.written).ask(store, features)
            say("read \(Workload.features.count + batch)")
        } catch {
            say("unread \(error)")
        }
    }
}

/// The name of an error's case: what a program would decide by.
func caseName(_ error: any Error) -> String {
    if case WriteError.diskFull = error { return "diskFull" }
    return Mirror(reflecting: error).children.first?.label ?? "unknown"
}
