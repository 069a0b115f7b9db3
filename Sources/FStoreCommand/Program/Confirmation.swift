internal import Glibc

/// Confirms what cannot be undone.
enum Confirmation {
    /// Asks on a terminal; elsewhere `--yes` is needed.
    ///
    /// - Parameters:
    ///   - isGiven: whether `--yes` was given.
    ///   - what: names what would be erased.
    static func require(_ isGiven: Bool, _ what: String) throws {
        if isGiven { return }
        guard isatty(0) == 1 else {
            throw CommandError(.usage, "not_confirmed", "\(what) would be erased for ever; confirm with --yes")
        }
        let question = Output(descriptor: 2)
        question.write(Array("erase \(what) for ever? [y/N] ".utf8))
        try question.flush()
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandError(.no, "not_confirmed", "nothing was erased")
        }
    }
}
