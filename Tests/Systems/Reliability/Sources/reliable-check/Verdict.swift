/// What the judge has found, as one line.
struct Verdict {
    var acknowledged = 0
    /// Unfinished operations that have happened, and that have not.
    var whole = 0
    var absent = 0
    /// Of what kind the unfinished ones were.
    var interrupted: [String: Int] = [:]
    /// Values that were read and compared.
    var cells = 0
    var problems: [String] = []

    var json: String {
        let shown = problems.prefix(20).map { "\"\(Self.escaped($0))\"" }.joined(separator: ",")
        let kinds = interrupted.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        return "{\"ok\":\(problems.isEmpty),\"acknowledged\":\(acknowledged),\"whole\":\(whole),\"absent\":\(absent),"
            + "\"interrupted\":{\(kinds)},\"cells\":\(cells),\"found\":\(problems.count),\"problems\":[\(shown)]}"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\\(scalar)"
            case _ where scalar.value < 32: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
