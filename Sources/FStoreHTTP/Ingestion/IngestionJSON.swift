internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText

/// Jobs as JSON: the members that document 001 shows, and more.
enum IngestionJSON {
    static func job(_ watched: WatchedJob) -> JSONObjectText {
        let (job, progress) = (watched.job, watched.progress)
        var object = JSONObjectText()
        object.add("id", job.id)
        object.add("status", job.state.rawValue)
        object.add("started_at", Timestamp(nanoseconds: job.created))
        object.add("completed_at", job.ended.map { Timestamp(nanoseconds: $0) })
        object.add("progress", progress.percent)
        object.add("records_processed", progress.stored)
        object.add("errors", progress.rejected)
        object.add("total_records", progress.stored + progress.rejected)
        if let ended = job.ended {
            object.add("duration", (ended - job.created) / 1_000_000_000)
        } else {
            object.add("duration", nil as String?)
        }
        object.add("runs", job.runs.map(run))
        return object
    }

    private static func run(_ run: IngestionRun) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("source_id", run.sourceID)
        object.add("status", run.state.rawValue)
        object.add("attempts", run.attempts)
        object.add("records_processed", run.stored)
        object.add("errors", run.rejected)
        object.add("started_at", run.started.map { Timestamp(nanoseconds: $0) })
        object.add("completed_at", run.ended.map { Timestamp(nanoseconds: $0) })
        object.add("error", run.error)
        return object
    }
}
