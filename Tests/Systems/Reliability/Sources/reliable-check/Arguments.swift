internal import FStore

/// What the command line asks for. See `Tests/Systems/Reliability/README.md`.
struct Arguments {
    var directory = ""
    var ledger = ""
    var backup: (thread: Int, sequence: Int)?
    /// A backup to put into the directory first.
    var restore: String?
    var mayLose = false
    var resolve = false
    var questions = 3000
    var options = StoreOptions()

    static let usage = """
        usage: reliable-check DIRECTORY LEDGER [--resolve] [--may-lose] [--backup THREAD SEQUENCE] [--thorough]
            [--restore BACKUP] [--map-size BYTES]
        """

    init?(_ words: [String]) {
        var rest = words[...]
        guard let directory = rest.popFirst(), let ledger = rest.popFirst() else { return nil }
        self.directory = directory
        self.ledger = ledger
        options.sweepInterval = nil
        while let option = rest.popFirst() {
            switch option {
            case "--resolve": resolve = true
            case "--may-lose": mayLose = true
            case "--thorough": questions = .max
            case "--backup":
                guard let thread = rest.popFirst().flatMap({ Int($0) }),
                    let sequence = rest.popFirst().flatMap({ Int($0) })
                else { return nil }
                backup = (thread, sequence)
            case "--restore":
                guard let path = rest.popFirst() else { return nil }
                restore = path
            case "--map-size":
                guard let bytes = rest.popFirst().flatMap({ Int($0) }) else { return nil }
                options.mapSize = bytes
            default: return nil
            }
        }
    }
}
