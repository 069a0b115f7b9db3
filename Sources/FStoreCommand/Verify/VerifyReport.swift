internal import FStore
internal import FStoreText

/// What a verification has found, as JSON.
enum VerifyReport {
    /// - Parameter catalog: what is wrong with the catalog; `nil` when there is none.
    static func object(_ report: VerificationReport, catalog: [String]?) -> JSONObjectText {
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
