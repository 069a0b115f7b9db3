internal import FStore
internal import Glibc
internal import Ledger

/// The victim: writes what its plan says, and says so before and after. Runs until it is done or killed.

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
    writeLine(Arguments.usage, to: STDERR_FILENO)
    exit(64)
}

writeLine("\(arguments.plan)")
let store: FeatureStore
do throws(OpenError) {
    store = try FeatureStore(directory: arguments.directory, options: arguments.options)
} catch {
    writeLine("reliable-writer: \(error)", to: STDERR_FILENO)
    exit(2)
}

let first = WriterThread(store, arguments, number: 0)
guard first.setUp() else { exit(3) }
var running: [Thread] = []
for number in 0..<arguments.plan.threads {
    let writer = number == 0 ? first : WriterThread(store, arguments, number: number)
    running.append(Thread { writer.run() })
}
// These end with the process.
for number in 0..<arguments.readers {
    _ = Thread { ReaderThread(store, arguments.plan, number: number).run() }
}
if arguments.backupEvery > 0 {
    let backups = WriterThread(store, arguments, number: arguments.plan.threads)
    _ = Thread { backups.run() }
}
if arguments.statistics > 0 {
    _ = Thread { reportStatistics(of: store, every: arguments.statistics) }
}
for thread in running { thread.wait() }
writeLine("finished")
exit(0)
