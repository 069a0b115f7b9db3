internal import FStore
internal import Glibc
internal import Ledger

/// What the command line asks for. See `Tests/Systems/Reliability/README.md`.
struct Arguments {
    var directory = ""
    var plan = Plan(seed: 1, threads: 2, mix: .all, loadCells: 4000)
    var first = 1
    /// Operations of each thread; 0 goes on until it is killed.
    var operations = 0
    var backups: String?
    /// Milliseconds between two backups of a thread of their own; 0 for no such thread.
    var backupEvery = 0
    /// Microseconds that a thread rests after each operation.
    var pause = 0
    /// Threads that read.
    var readers = 0
    /// Seconds between two lines of statistics; 0 for none.
    var statistics = 0
    var options = StoreOptions()

    static let usage = """
        usage: reliable-writer DIRECTORY [--seed N] [--threads N] [--mix all|writes|soak|large] [--load-cells N]
            [--first N] [--operations N] [--durability durable|relaxed] [--map-size BYTES] [--max-readers N]
            [--sweep-interval MILLISECONDS] [--clock-offset NANOSECONDS] [--backups DIRECTORY] [--readers N]
            [--backup-every MILLISECONDS] [--pause MICROSECONDS] [--statistics SECONDS]
        """

    init?(_ words: [String]) {
        var rest = words[...]
        guard let directory = rest.popFirst(), !directory.hasPrefix("-") else { return nil }
        self.directory = directory
        // Sweeps come by so often that a kill meets them.
        options.sweepInterval = .milliseconds(20)
        while let option = rest.popFirst() {
            guard let value = rest.popFirst(), take(option, value) else { return nil }
        }
    }

    private mutating func take(_ option: String, _ value: String) -> Bool {
        switch option {
        case "--mix":
            guard let mix = Plan.Mix(rawValue: value) else { return false }
            plan.mix = mix
        case "--durability":
            guard let durability = StoreOptions.Durability(rawValue: value) else { return false }
            options.durability = durability
        case "--backups": backups = value
        case "--seed":
            guard let seed = UInt64(value) else { return false }
            plan.seed = seed
        default:
            guard let number = Int(value) else { return false }
            return take(option, number)
        }
        return true
    }

    private mutating func take(_ option: String, _ number: Int) -> Bool {
        switch option {
        case "--threads": plan.threads = number
        case "--load-cells": plan.loadCells = number
        case "--first": first = max(1, number)
        case "--operations": operations = number
        case "--map-size": options.mapSize = number
        case "--max-readers": options.maxReaders = number
        case "--sweep-interval": options.sweepInterval = number == 0 ? nil : .milliseconds(number)
        case "--clock-offset":
            options.clock = { Timestamp(nanoseconds: Timestamp.now().nanoseconds + Int64(number)) }
        case "--readers": readers = number
        case "--backup-every": backupEvery = number
        case "--pause": pause = number
        case "--statistics": statistics = number
        default: return false
        }
        return true
    }
}
