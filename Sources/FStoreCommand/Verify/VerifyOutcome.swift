internal import FStore

/// The last line of the walk: its report.
struct VerifyOutcome {
    /// The report as JSON.
    let report: [UInt8]
    private let value: JSONValue

    init(report: [UInt8]) throws(JSONError) {
        self.report = report
        value = try JSONValue(report)
    }

    /// Whether nothing is wrong.
    var isSound: Bool { value["sound"] == .bool(true) }

    /// For people.
    func describe(to output: Output) {
        if isSound {
            let catalog = value["has_catalog"] == .bool(true) ? ", and the catalog" : ""
            output.line(
                "sound: \(number("cells")) cells, \(number("latest_rows")) latest rows, "
                    + "\(number("features")) features\(catalog)"
            )
            return
        }
        output.line("damaged: \(number("problem_count")) problem(s)")
        guard case .array(let problems) = value["problems"] else { return }
        for problem in problems {
            let place = text(problem, "table").map { "\($0) \(text(problem, "key") ?? ""): " } ?? ""
            output.line("  \(place)\(text(problem, "reason") ?? "")")
        }
    }

    private func number(_ name: String) -> String {
        guard case .number(let digits) = value[name] else { return "0" }
        return digits
    }

    private func text(_ object: JSONValue, _ name: String) -> String? {
        guard case .string(let text) = object[name] else { return nil }
        return text
    }
}
