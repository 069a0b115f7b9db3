/// What the command line says, as `name=value`.
struct Arguments {
    var workload: String
    var directory = "."
    var data = DataSet(features: 20, entities: 2500, versions: 20)
    /// How many lookups, rows or reads are measured.
    var count = 100_000
    /// Lookups in one read.
    var burst = 100
    var seed: UInt64 = 1
    /// Cells in one commit of a load.
    var batch = 50_000
    /// Bytes of address space for a store that is made, where a tool like valgrind allows little; 0 for the default.
    var map = 0
    /// The monotonic clock, in nanoseconds, when the process was asked for.
    var started: UInt64 = 0

    init(_ texts: [String]) throws {
        guard texts.count > 1 else { throw Complaint("usage: engine-swift <workload> directory=… [name=number …]") }
        workload = texts[1]
        for text in texts.dropFirst(2) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Complaint("what is \"\(text)\"?") }
            if parts[0] == "directory" {
                directory = parts[1]
            } else if let number = UInt64(parts[1]) {
                try set(parts[0], to: number)
            } else {
                throw Complaint("\(parts[0]) wants a number")
            }
        }
    }

    private mutating func set(_ name: String, to number: UInt64) throws {
        switch name {
        case "features": data.features = number
        case "entities": data.entities = number
        case "versions": data.versions = number
        case "count": count = Int(number)
        case "burst": burst = Int(number)
        case "seed": seed = number
        case "batch": batch = Int(number)
        case "map": map = Int(number)
        case "started": started = number
        default: throw Complaint("there is no argument \"\(name)\"")
        }
    }
}
