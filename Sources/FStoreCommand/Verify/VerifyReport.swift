internal import FStore
internal import FStoreText

/// What a verification has found, as JSON.
enum VerifyReport {
    static func object(_ report: VerificationReport) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("sound", report.isSound)
        object.add("features", report.features)
        object.add("cells", report.cells)
        object.add("latest_rows", report.rows)
        object.add("problem_count", report.problemCount)
        let problems = report.problems.map { problem in
            var object = JSONObjectText()
            object.add("table", problem.table)
            object.add("key", problem.key)
            object.add("reason", problem.reason)
            return object
        }
        object.add("problems", problems)
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
