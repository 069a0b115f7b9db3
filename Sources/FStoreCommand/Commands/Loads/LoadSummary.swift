internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// What a load has done, as it is shown.
struct LoadSummary {
    let job: String
    let outcome: LoadOutcome

    private var seconds: Double { (outcome.duration / .seconds(1) * 1000).rounded() / 1000 }
    private var rate: Int {
        let (counts, before) = (outcome.counts, outcome.before)
        let read = counts.rows + counts.rejected - before.rows - before.rejected
        return Int(Double(read) / max(outcome.duration / .seconds(1), 1e-9))
    }

    private var warning: String? { RetentionWarning.text(hiddenCells: outcome.hiddenCells) }

    func write(asJSON: Bool, to output: Output) {
        if asJSON { output.line(object) } else { writeTable(to: output) }
    }

    private var object: JSONObjectText {
        var object = JSONObjectText()
        object.add("job", job)
        object.add("rows", outcome.counts.rows)
        object.add("cells", outcome.counts.cells)
        object.add("rejected", outcome.counts.rejected)
        object.add("resumed_rows", outcome.before.rows)
        object.add("was_done", outcome.wasDone)
        object.add("seconds", seconds)
        object.add("rows_per_second", rate)
        object.add("last_commit_time", outcome.lastCommitTime)
        let errors = outcome.rejected.map { row in
            var object = JSONObjectText()
            object.add("line", row.line)
            object.add("field", row.field)
            object.add("message", row.reason)
            return object
        }
        object.add("errors", errors)
        if let warning { object.add("warning", warning) }
        return object
    }

    private func writeTable(to output: Output) {
        if outcome.wasDone {
            output.line("nothing was read: the load \"\(job)\" is done, and the input is the same")
        }
        var table = TableText("", "")
        table.add("rows", "\(outcome.counts.rows)")
        table.add("cells", "\(outcome.counts.cells)")
        table.add("rejected", "\(outcome.counts.rejected)")
        if outcome.before.rows > 0 { table.add("of earlier runs", "\(outcome.before.rows)") }
        table.add("seconds", "\(seconds)")
        if !outcome.wasDone { table.add("rows/s", "\(rate)") }
        table.add("last commit", outcome.lastCommitTime?.description ?? "none")
        table.write(to: output, withHeader: false)
        if let warning { output.line("warning: \(warning)") }
    }

    /// Why the program does not end with status 0, if it does not.
    ///
    /// - Parameter rejectPath: where the rejected rows are.
    func failure(rejectPath: String?) -> CommandError? {
        if !outcome.unseenColumns.isEmpty {
            let names = outcome.unseenColumns.map { "\"\($0)\"" }.joined(separator: ", ")
            return CommandError(
                .badData,
                "no_column",
                outcome.unseenColumns.count == 1
                    ? "the member \(names) does not occur in the input; check --feature NAME=COLUMN"
                    : "the members \(names) do not occur in the input; check --feature NAME=COLUMN"
            )
        }
        let count = outcome.counts.rejected
        if count == 0 { return nil }
        var hint = rejectPath.map { "; see \($0)" } ?? "; --reject FILE keeps them"
        if outcome.wasDone { hint = " when it was loaded" }
        let sentence = "\(count) row\(count == 1 ? " was" : "s were") rejected\(hint)"
        return CommandError(.badData, "rejected", sentence + RejectedRow.list(outcome.rejected))
    }
}
