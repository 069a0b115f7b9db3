internal import FStore
internal import FStoreServices
internal import FStoreTelemetry

/// What a scrape shows beside the requests: the process, the program, the store and the log.
enum StoreMetrics {
    static func register(_ store: FeatureStore, log: LogOutput, version: String, in registry: MetricsRegistry) {
        registry.register(ProcessMetrics.collector)
        registry.register(
            CallbackMetric.info("fstore_build_info", help: "The program.", labels: [("version", version)])
        )
        registry.register(sizes(of: store))
        registry.register(writing(to: store))
        registry.register(
            CallbackMetric(
                MetricDescription(
                    "fstore_log_dropped_lines_total",
                    help: "Log lines that were dropped because the log was read too slowly.",
                    kind: .counter
                )
            ) { Double(log.droppedLines) }
        )
    }

    static func failures(of audit: AuditService) -> CallbackMetric {
        CallbackMetric(
            MetricDescription(
                "fstore_audit_failures_total",
                help: "Audit entries that could not be stored at once.",
                kind: .counter
            )
        ) { Double(audit.failures) }
    }

    static func ingestion(_ meter: IngestionMeter) -> CallbackGroup {
        CallbackGroup([
            counter("fstore_ingestion_rows_stored_total", "Rows of sources that were stored."),
            counter("fstore_ingestion_rows_rejected_total", "Rows of sources that were rejected."),
            counter("fstore_ingestion_runs_completed_total", "Readings of sources that completed."),
            counter("fstore_ingestion_runs_failed_total", "Readings of sources that failed for good."),
        ]) {
            let now = meter.counts
            return [Double(now.stored), Double(now.rejected), Double(now.completed), Double(now.failed)]
        }
    }

    private static func sizes(of store: FeatureStore) -> CallbackGroup {
        CallbackGroup([
            gauge("fstore_store_features", "Features."),
            gauge("fstore_store_cells", "Values, with all their history."),
            gauge("fstore_store_file_bytes", "Size of the file of values."),
            gauge("fstore_store_used_bytes", "Bytes of the file that hold data."),
            gauge("fstore_store_map_bytes", "The most that the file may grow to."),
            gauge("fstore_store_readers", "Reads that are open, in all processes."),
            gauge("fstore_store_max_readers", "Reads that may be open at once."),
            gauge("fstore_store_oldest_reader_lag_commits", "Commits since the oldest open read began."),
            gauge("fstore_store_last_commit_timestamp_seconds", "Time of the newest commit, since 1970 UTC."),
            gauge("fstore_store_features_to_reclaim", "Deleted features whose space is still being taken back."),
            gauge("fstore_store_commits_ahead_seconds", "How far the newest commit is ahead of the clock."),
            gauge("fstore_store_clock_refused", "1 while writes are refused because the clock has jumped."),
        ]) {
            guard let now = try? store.statistics() else { return [] }
            return [
                Double(now.features), Double(now.cells), Double(now.fileBytes), Double(now.usedBytes),
                Double(now.mapBytes), Double(now.readers.count), Double(now.maxReaders), Double(now.oldestReaderLag),
                now.lastCommitTime.map { Double($0.nanoseconds) / 1e9 }, Double(now.featuresToReclaim),
                (now.commitsAhead ?? .zero) / .seconds(1), now.clockJump == nil ? 0 : 1,
            ]
        }
    }

    private static func writing(to store: FeatureStore) -> CallbackGroup {
        CallbackGroup([
            gauge("fstore_store_queued_batches", "Batches that wait for the writer."),
            gauge("fstore_store_queued_bytes", "Memory of the batches that wait for the writer."),
            counter("fstore_store_commits_total", "Groups of batches that were committed together."),
            counter("fstore_store_committed_batches_total", "Batches that were committed."),
            counter("fstore_store_commit_seconds_total", "Time of the commits of groups, from the queue to the disk."),
            counter("fstore_store_reclaim_failures_total", "Times that space could not be taken back."),
            gauge("fstore_store_reclaim_stuck", "1 while space cannot be taken back."),
            gauge("fstore_store_writes_refused", "1 while writes are refused; the log says why."),
        ]) {
            let now = store.writerStatistics()
            return [
                Double(now.queuedBatches), Double(now.queuedBytes), Double(now.commits), Double(now.committedBatches),
                now.commitDuration / .seconds(1), Double(now.reclaimFailures), now.reclaimFailure == nil ? 0 : 1,
                store.writeObstacle() == nil ? 0 : 1,
            ]
        }
    }

    private static func counter(_ name: String, _ help: String) -> MetricDescription {
        MetricDescription(name, help: help, kind: .counter)
    }

    private static func gauge(_ name: String, _ help: String) -> MetricDescription {
        MetricDescription(name, help: help, kind: .gauge)
    }
}
