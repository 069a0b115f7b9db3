internal import FStore
internal import Glibc

/// One program for the proofs that work on the values file: it writes, judges, and damages.
@main
enum Probe {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("write", 5):
            LedgerWriter(
                directory: arguments[1],
                seed: UInt64(arguments[2]) ?? 1,
                batches: Int(arguments[3]) ?? 0,
                durability: StoreOptions.Durability(rawValue: arguments[4]) ?? .durable
            )
            .run()
        case ("judge", 2):
            var judge = Judge(seed: UInt64(arguments[1]) ?? 1)
            judge.run()
        case ("flip", 4):
            do {
                let seed = UInt64(arguments[2]) ?? 1
                try Flipper(directory: arguments[1], seed: seed, batches: Int(arguments[3]) ?? 0).run()
            } catch {
                say("\(error)")
            }
        case ("situation", 4):
            do {
                let situation = Situation(directory: arguments[2], ballast: arguments[3])
                guard let run = Situation.all[arguments[1]] else { fallthrough }
                say("right \(try run(situation))")
            } catch {
                say("wrong \(error)")
                exit(1)
            }
        default:
            say("usage: reliable-probe write DIRECTORY SEED BATCHES durable|relaxed | judge SEED")
            say("       reliable-probe situation NAME DIRECTORY BALLAST")
            say("       reliable-probe flip DIRECTORY SEED BATCHES")
            exit(64)
        }
    }
}

/// Prints a line with one call of the system, so that an interposed library sees it in its place.
func say(_ line: String) {
    var text = line.split(separator: "\n").joined(separator: " ") + "\n"
    text.withUTF8 { bytes in _ = unsafe write(1, bytes.baseAddress, bytes.count) }
}
