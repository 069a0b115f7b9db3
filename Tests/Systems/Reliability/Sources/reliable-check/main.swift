internal import FStore
internal import Glibc
internal import Ledger

/// The judge: opens a store and holds it against a ledger. One line of JSON; 0 when all is well, 1 when not.

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
    writeLine(Arguments.usage, to: STDERR_FILENO)
    exit(64)
}
guard let text = contents(ofFile: arguments.ledger) else {
    writeLine("reliable-check: \(arguments.ledger) cannot be read", to: STDERR_FILENO)
    exit(64)
}
let ledger = Ledger(text: text)
var verdict = Verdict()
verdict.problems += ledger.problems
verdict.acknowledged = ledger.acknowledged
do {
    guard let plan = ledger.plan else { throw Usage.noPlan }
    var demand = Settlement.Demand.all
    if arguments.mayLose { demand = .anyPrefix }
    if let (thread, sequence) = arguments.backup {
        guard let line = ledger.threads[thread]?.first(where: { $0.sequence == sequence })?.begun else {
            throw Usage.noBackup
        }
        demand = .before(line: line)
    }
    if let backup = arguments.restore { try FeatureStore.restore(from: backup, to: arguments.directory) }
    let store = try FeatureStore(directory: arguments.directory, options: arguments.options)
    // Finishes what a stop has interrupted, and removes what retention hides, so that cells can be counted.
    try store.sweep()
    var settlement = Settlement(store, ledger, plan, demand)
    try settlement.run()
    verdict.problems += settlement.lost
    verdict.whole = settlement.whole
    verdict.absent = settlement.absent
    for decision in settlement.decisions {
        verdict.interrupted[plan.operation(thread: decision.thread, sequence: decision.sequence).kind, default: 0] += 1
    }
    var comparison = Comparison(
        store,
        settlement.expectation,
        questions: arguments.questions,
        seed: UInt64(text.utf8.count)
    )
    try comparison.run(uncertainCells: settlement.uncertainCells)
    verdict.problems += comparison.problems
    verdict.cells = comparison.cells
    for (thread, sequence) in settlement.lastBatch {
        let mark = try store.bookmark(Plan.markerEntity(thread)).map { String(decoding: $0, as: UTF8.self) }
        if mark != "\(sequence)" { verdict.problems.append("thread \(thread): its bookmark is \(mark ?? "missing")") }
    }
    if settlement.newestPresent > 0, try store.lastCommitTime()?.nanoseconds ?? 0 < settlement.newestPresent {
        verdict.problems.append("the last commit time is before \(settlement.newestPresent)")
    }
    store.close()
    if arguments.resolve, verdict.problems.isEmpty {
        try append(settlement.decisions, to: arguments.ledger)
    }
} catch let error as Usage {
    writeLine("reliable-check: the ledger has \(error)", to: STDERR_FILENO)
    exit(64)
} catch {
    verdict.problems.append("\(error)")
}
writeLine(verdict.json)
exit(verdict.problems.isEmpty ? 0 : 1)

/// What cannot be judged.
enum Usage: Error {
    case noPlan
    case noBackup
    case notWritable
}

/// Notes how the unfinished operations have ended, so that the next judge holds the store to it.
func append(_ decisions: [Settlement.Decision], to path: String) throws {
    let file = open(path, O_WRONLY | O_APPEND)
    guard file >= 0 else { throw Usage.notWritable }
    defer { close(file) }
    // A line that the stop has cut is ended, and then says nothing.
    if text.utf8.last != UInt8(ascii: "\n"), !text.isEmpty { writeLine(" \(Ledger.cut)", to: file) }
    for decision in decisions {
        let name = "\(decision.thread) \(decision.sequence)"
        let unseen = decision.unseen == 0 ? "" : " \(decision.unseen)"
        writeLine(decision.commitTime.map { "found \(name) \($0)\(unseen)" } ?? "absent \(name)", to: file)
    }
}
