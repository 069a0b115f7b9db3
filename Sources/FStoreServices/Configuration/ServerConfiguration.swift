internal import FStore
internal import FStoreCatalog

/// The settings of document 001. None of it is a secret, and no path of the machine is in it.
package struct ServerConfiguration: Hashable, Sendable {
    /// Seconds from one reading of all enabled sources to the next; 0: sources are read when somebody asks for it.
    package var interval = 0
    /// Rows of a source in one commit.
    package var batchSize: Int
    /// How many sources are read at a time.
    package var maxWorkers: Int
    /// The default `max_age` of features that sources make; `nil`: their values are kept.
    package var retentionDays: Int?

    /// The file of the catalog in the data directory. It is in the process: no host is asked, and no port.
    package static let databaseName = Catalog.fileName
    /// The file of the values in the data directory.
    package static let storagePath = FeatureStore.fileName

    /// What may be set.
    package static let intervals = 0...31_536_000
    package static let batchSizes = 1...50_000
    package static let workerCounts = 1...64
    package static let retentionDayCounts = 1...36_500

    /// What the settings of the program say.
    init(_ settings: IngestionSettings) {
        batchSize = settings.batchRows
        maxWorkers = settings.maxWorkers
    }

    /// What is set in the catalog, in the place of what `settings` says. What a later version has set is ignored.
    init(_ settings: IngestionSettings, stored: [String: Int64]) {
        self.init(settings)
        func set(_ name: String, _ range: ClosedRange<Int>) -> Int? {
            stored[name].flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
        }
        interval = set("interval", Self.intervals) ?? interval
        batchSize = set("batch_size", Self.batchSizes) ?? batchSize
        maxWorkers = set("max_workers", Self.workerCounts) ?? maxWorkers
        retentionDays = set("retention_days", Self.retentionDayCounts)
    }
}
