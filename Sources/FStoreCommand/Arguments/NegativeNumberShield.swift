/// Lets `fstore put wind JFK -3.5` through a parser that takes everything behind a dash for an option.
enum NegativeNumberShield {
    /// Moves a negative number, which only `put` takes and takes last, behind a `--`.
    static func shield(_ arguments: [String]) -> [String] {
        guard arguments.first == "put", !arguments.contains("--"),
            let position = arguments.lastIndex(where: isNegativeNumber)
        else { return arguments }
        var shielded = arguments
        let number = shielded.remove(at: position)
        return shielded + ["--", number]
    }

    private static func isNegativeNumber(_ text: String) -> Bool {
        guard text.first == "-", let second = text.dropFirst().first else { return false }
        return second.isASCII && (second.isNumber || second == ".")
    }
}
