internal import FStoreCatalog
internal import FStoreServices
internal import Logging

/// The runs of sources in the log.
enum IngestionLog {
    static func write(_ note: IngestionNote, to logger: Logger) {
        var metadata: Logger.Metadata = [
            "source": "\(note.source.name)", "job": "\(note.run.jobID)", "organization": "\(note.run.organizationID)",
        ]
        switch note.what {
        case .began: logger.debug("a source is read", metadata: metadata)
        case .ended(let outcome):
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
}
