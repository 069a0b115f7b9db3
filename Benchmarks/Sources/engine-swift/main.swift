import FStore
import Glibc

// engine-swift <workload> directory=… [name=number …]: prints one line of JSON. The arguments are those of engine-c.

func run(_ arguments: Arguments) throws {
    switch arguments.workload {
    case "load": try report(Loading(arguments: arguments).sorted(), since: 0)
    case "load-shuffled": try report(Loading(arguments: arguments).shuffled(), since: 0)
    case "space": try printSpace()
    case "first-answer": try printFirstAnswer()
    default:
        let lookups = try Lookups(arguments)
        let workload = try reads(lookups)
        // The first pass brings the pages into the process; the second is measured.
        _ = try workload()
        let cpu = cpuNanoseconds()
        report(try workload(), since: cpu)
    }
}

func reads(_ lookups: Lookups) throws -> () throws -> Outcome {
    switch arguments.workload {
    case "as-of": lookups.asOf
    case "as-of-single": lookups.asOfSingle
    case "latest": lookups.latest
    case "row": lookups.row
    case "row-numbers": lookups.rowNumbers
    case "row-owned": lookups.rowOwned
    case "row-singly": lookups.rowSingly
    case "column": lookups.column
    case "empty": lookups.empty
    case "join-values": Joins(lookups).byValue
    case "join": Joins(lookups).byJoin
    default: throw Complaint("there is no workload \"\(arguments.workload)\"")
    }
}

func report(_ outcome: Outcome, since cpu: UInt64) {
    print(outcome.json(arguments.workload, cpuNanoseconds: cpuNanoseconds() - cpu))
}

/// How many bytes a stored cell takes.
func printSpace() throws {
    var options = StoreOptions()
    options.access = .readOnly
    let size = try FeatureStore(directory: arguments.directory, options: options).statistics()
    print(
        """
        {"cells": \(size.cells), "latest_rows": \(size.latestRows), "used_bytes": \(size.usedBytes), \
        "file_bytes": \(size.fileBytes), "history_depth": \(size.historyDepth)}
        """
    )
}

/// How long after the process was asked for the first answer is there, and whether it is right.
func printFirstAnswer() throws {
    let data = arguments.data
    let store = try FeatureStore(directory: arguments.directory)
    var generator = SplitMix(seed: arguments.seed)
    let feature = generator.next(below: data.features)
    let entity = generator.next(below: data.entities)
    let version = generator.next(below: data.versions)
    guard let handle = try store.feature(named: DataSet.featureName(feature))?.handle else {
        throw Complaint("the store has no feature \(feature)")
    }
    let time = DataSet.eventTime(version)
    let answer = try store.value(of: handle, for: DataSet.entity(entity), at: .asOf(time))
    let nanoseconds = monotonicNanoseconds() - arguments.started
    guard answer.number == data.value(feature, entity, version) else { throw Complaint("a wrong answer") }
    print("{\"nanoseconds\": \(nanoseconds)}")
}

let arguments: Arguments
do {
    arguments = try Arguments(CommandLine.arguments)
    try run(arguments)
} catch {
    let sentence = "engine-swift: \(error)\n"
    _ = sentence.withCString { write(2, $0, strlen($0)) }
    exit(1)
}
