internal import FStore
internal import FStoreText

/// What a load has done.
struct LoadSummary {
    var job: String
    var bookmark: LoadBookmark
    /// How far earlier runs of the job had come.
    var before: LoadBookmark
    var duration: Duration
    var lastCommitTime: Timestamp?

    private var seconds: Double { duration / .seconds(1) }
    private var rate: Int {
        let read = bookmark.rows + bookmark.rejected - before.rows - before.rejected
        return Int(Double(read) / max(seconds, 1e-9))
    }

    /// Shows it in either form.
    func write(asJSON: Bool, to output: Output) {
        if asJSON {
            var object = JSONObjectText()
            object.add("job", job)
            object.add("rows", bookmark.rows)
            object.add("cells", bookmark.cells)
            object.add("rejected", bookmark.rejected)
            object.add("resumed_rows", before.rows)
            object.add("seconds", (seconds * 1000).rounded() / 1000)
            object.add("rows_per_second", rate)
            object.add("last_commit_time", lastCommitTime)
            output.line(object)
        } else {
            var table = TableText("", "")
            table.add("rows", "\(bookmark.rows)")
            table.add("cells", "\(bookmark.cells)")
            table.add("rejected", "\(bookmark.rejected)")
            if before.rows > 0 { table.add("of earlier runs", "\(before.rows)") }
            table.add("seconds", "\((seconds * 1000).rounded() / 1000)")
            table.add("rows/s", "\(rate)")
            table.add("last commit", lastCommitTime?.description ?? "none")
            table.write(to: output, withHeader: false)
        }
    }
}
