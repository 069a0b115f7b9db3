internal import FStore
internal import Glibc

/// Flips one bit of a values file after the other, asks everything, and says what came of it, one line a bit:
///
/// | line | what happened |
/// |---|---|
/// | `open` | the store was not opened, with an error |
/// | `read` | a read reported damage, all other answers were right |
/// | `verify` | all answers were right, `verify` reported damage |
/// | `harmless` | all answers were right, `verify` found nothing |
/// | `older-verify` | a read answered nothing or with an older value, `verify` reported damage |
/// | `older` | a read answered nothing or with an older value, and nothing tells |
/// | `foreign` | a read answered with a value that was never written there |
///
/// The process may die of a flip: whoever started it puts the file right and starts it again behind that bit.
struct Flipper {
    private let directory: String
    private let batches: Int
    private let questions: Questions
    private let options: StoreOptions

    init(directory: String, seed: UInt64, batches: Int) throws {
        self.directory = directory
        self.batches = batches
        var expected = ExpectedStore(Workload(seed: seed))
        questions = try Questions(histories: expected.after(batches), written: expected.written)
        var options = Judge.options()
        options.access = .readOnly
        options.mapSize = nil
        self.options = options
    }

    /// Reads numbers of bits from the standard input until it ends.
    func run() {
        let file = unsafe open(directory + "/" + FeatureStore.fileName, O_RDWR)
        guard file >= 0 else { return say("the file cannot be opened") }
        defer { close(file) }
        while let line = readLine() {
            guard let bit = Int(line) else { continue }
            // A walk in a circle must end too.
            _ = alarm(10)
            flip(bit, in: file)
            let outcome = outcome()
            flip(bit, in: file)
            _ = alarm(0)
            say(outcome)
        }
    }

    private func flip(_ bit: Int, in file: Int32) {
        var byte: UInt8 = 0
        let read = unsafe pread(file, &byte, 1, off_t(bit / 8))
        byte ^= 1 << UInt8(bit % 8)
        let written = unsafe pwrite(file, &byte, 1, off_t(bit / 8))
        precondition(read == 1 && written == 1, "the bit lies in the file")
    }

    private func outcome() -> String {
        let store: FeatureStore
        do { store = try FeatureStore(directory: directory, options: options) } catch { return "open" }
        defer { store.close() }
        var hasReport = false
        var hasOlder = false
        var hasForeign = false
        do {
            var features: [FeatureHandle] = []
            for feature in Workload.features {
                guard let found = try store.feature(named: feature.name) else {
                    hasOlder = true
                    break
                }
                features.append(found.handle)
            }
            if features.count == Workload.features.count {
                if try Judge.batch(of: store) != batches { hasOlder = true }
                try questions.ask(store, features) { error in
                    switch error {
                    case let wrong as Questions.Wrong:
                        if wrong.kind == .older { hasOlder = true } else { hasForeign = true }
                    default: hasReport = true
                    }
                }
            }
        } catch {
            hasReport = true
        }
        if hasForeign { return "foreign" }
        let isSound = (try? store.verify().isSound) ?? false
        if hasOlder { return isSound ? "older" : "older-verify" }
        if hasReport { return "read" }
        return isSound ? "harmless" : "verify"
    }
}
