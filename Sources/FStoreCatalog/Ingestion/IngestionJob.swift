/// Some sources that are read once, each by a run of its own.
package struct IngestionJob: Hashable, Sendable {
    package enum State: String, Sendable {
        /// Some run has not ended.
        case running
        /// All runs have ended, and none failed. Rejected rows are no failure.
        case completed
        case failed
        /// Somebody stopped it.
        case stopped
    }

    /// What whoever starts a job may choose.
    package struct Options: Hashable, Sendable {
        /// Rows in one commit; `nil` leaves it to the server.
        package var batchRows: Int?
        /// After so many seconds a run fails; `nil`: never.
        package var timeoutSeconds: Int?

        package init(batchRows: Int? = nil, timeoutSeconds: Int? = nil) {
            self.batchRows = batchRows
            self.timeoutSeconds = timeoutSeconds
        }
    }

    /// `job_` and 26 characters that sort by the time of creation.
    package let id: String
    package let organizationID: Int64
    package let state: State
    package let options: Options
    package let created: UnixNanoseconds
    package let ended: UnixNanoseconds?
    /// In the order of their creation.
    package let runs: [IngestionRun]
}

/// One reading of one source.
package struct IngestionRun: Hashable, Sendable {
    package enum State: String, Sendable {
        /// Until a worker is free, or until it is tried again.
        case waiting
        case running, completed, failed, stopped

        package var isOpen: Bool { self == .waiting || self == .running }
    }

    /// `run_` and 26 characters that sort by the time of creation.
    package let id: String
    package let jobID: String
    package let organizationID: Int64
    /// The namespace of the organization's features.
    package let space: UInt32
    package let sourceID: String
    package let state: State
    /// How often it was begun.
    package let attempts: Int
    /// How often it has failed.
    package let failures: Int
    /// Whether somebody has stopped it.
    package let isStopAsked: Bool
    /// When it was first begun.
    package let started: UnixNanoseconds?
    package let ended: UnixNanoseconds?
    /// Rows that were stored.
    package let stored: Int64
    /// Rows that were rejected.
    package let rejected: Int64
    /// Why it failed, or why it is tried again.
    package let error: String?
    package let options: IngestionJob.Options
}

/// What came of a run, or of one try of it.
package struct IngestionOutcome: Hashable, Sendable {
    package enum End: Hashable, Sendable {
        case completed
        case stopped
        case failed(String)
        /// It will be tried again, at this time or later.
        case retried(String, at: UnixNanoseconds)
    }

    package let end: End
    /// Of the whole run, earlier tries included.
    package let stored: Int64
    package let rejected: Int64

    package init(_ end: End, stored: Int64, rejected: Int64) {
        self.end = end
        self.stored = stored
        self.rejected = rejected
    }
}

/// What all runs of a source have done.
package struct SourceState: Hashable, Sendable {
    /// When a run last completed.
    package var lastSync: UnixNanoseconds?
    /// Rows that were stored, and rows that were rejected, since the source was made.
    package var stored: Int64 = 0
    package var rejected: Int64 = 0
    /// Runs that failed since the last one that completed.
    package var failures = 0
    /// Why the last one failed.
    package var lastError: String?
    /// How long the last one that completed took, in nanoseconds.
    package var lastDuration: Int64?
    /// Whether a run waits or goes on.
    package var isBusy = false
}

/// A row that a run could not take.
package struct SourceReject: Hashable, Sendable {
    /// How many a source keeps, the newest ones.
    package static let mostKept = 1000

    package let runID: String
    /// The file that contains the row; empty for sources without files.
    package let file: String
    /// Where it begins, counted from 1.
    package let line: Int64
    /// The column that is wrong; `nil` when it is the row as a whole.
    package let field: String?
    package let reason: String
    /// The row, or how it begins.
    package let row: String
    package let time: UnixNanoseconds

    package init(
        runID: String,
        file: String,
        line: Int64,
        field: String?,
        reason: String,
        row: String,
        time: UnixNanoseconds
    ) {
        self.runID = runID
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason
        self.row = row
        self.time = time
    }
}
