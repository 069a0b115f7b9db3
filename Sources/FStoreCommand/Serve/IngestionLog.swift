internal import FStoreCatalog
internal import FStoreServices
internal import Logging

/// The runs of sources in the log.
enum IngestionLog {
    static func write(_ note: IngestionNote, to logger: Logger) {
        switch note {
        case .began(let run, let source):
            logger.debug("a source is read", metadata: ["source": "\(source.name)", "job": "\(run.jobID)"])
        case .ended(let run, let source, let outcome):
            write(run, source, outcome, to: logger)
        case .filled(let feature, let organization, let outcome):
            var metadata: Logger.Metadata = [
                "feature": "\(feature)", "organization": "\(organization)", "stored": "\(outcome.stored)",
                "rejected": "\(outcome.rejected)",
            ]
            guard let reason = outcome.error else {
                return logger.info("a feature was filled from its source", metadata: metadata)
            }
            metadata["reason"] = "\(reason)"
            logger.warning("a feature could not be filled from its source", metadata: metadata)
        }
    }

    private static func write(
        _ run: IngestionRun,
        _ source: Source,
        _ outcome: IngestionOutcome,
        to logger: Logger
    ) {
        var metadata: Logger.Metadata = [
            "source": "\(source.name)", "job": "\(run.jobID)", "organization": "\(run.organizationID)",
        ]
        metadata["stored"] = "\(outcome.stored)"
        metadata["rejected"] = "\(outcome.rejected)"
        switch outcome.end {
        case .completed: logger.info("a source was read", metadata: metadata)
        case .stopped: logger.notice("a source was stopped", metadata: metadata)
        case .failed(let reason):
            metadata["reason"] = "\(reason)"
            logger.warning("a source could not be read", metadata: metadata)
        case .retried(let reason, _):
            metadata["reason"] = "\(reason)"
            logger.notice("a source could not be read yet, and is tried again", metadata: metadata)
        }
    }
}
