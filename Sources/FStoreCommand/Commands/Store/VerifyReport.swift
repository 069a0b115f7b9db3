internal import FStore
internal import FStoreText

/// What a verification has found, as JSON.
enum VerifyReport {
    /// - Parameters:
    ///   - catalog: what is wrong with the catalog; `nil` when there is none.
    ///   - warnings: what is not wrong with the file and deserves a look.
    ///   - subject: says what an entry is about.
    static func object(
        _ report: VerificationReport,
        catalog: [String]?,
        warnings: [String],
        subject: (Corruption) -> String?
    ) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("sound", report.isSound && catalog?.isEmpty != false)
        object.add("features", report.features)
        object.add("cells", report.cells)
        object.add("latest_rows", report.rows)
        object.add("has_catalog", catalog != nil)
        object.add("problem_count", report.problemCount + (catalog?.count ?? 0))
        var problems = report.problems.map { problem in
            var object = JSONObjectText()
            object.add("table", problem.table)
            object.add("key", problem.key)
            object.add("subject", subject(problem))
            object.add("reason", problem.reason)
            return object
        }
        problems += (catalog ?? [])
            .map { reason in
                var object = JSONObjectText()
                object.add("table", "catalog")
                object.add("key", "")
                object.add("reason", reason)
                return object
            }
        object.add("problems", problems)
        object.add("warnings", warnings)
        return object
    }

    /// Damage that ended the walk.
    static func object(damage reason: String) -> JSONObjectText {
        var problem = JSONObjectText()
        problem.add("reason", reason)
        var object = JSONObjectText()
        object.add("sound", false)
        object.add("problem_count", 1)
        object.add("problems", [problem])
        return object
    }
}

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
        defer {
            if case .array(let warnings) = value["warnings"] {
                for case .string(let warning) in warnings { output.line("warning: \(warning)") }
            }
        }
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
            let subject = text(problem, "subject") ?? text(problem, "key") ?? ""
            let place = text(problem, "table").map { subject.isEmpty ? "\($0): " : "\($0), \(subject): " } ?? ""
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
