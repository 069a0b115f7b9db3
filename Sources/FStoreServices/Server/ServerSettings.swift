internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors

/// What holds for the server as a whole, as document 001 names it. None of it is a secret, and no path of the machine
/// is in it.
package struct ServerSettings: Sendable {
    /// Seconds between two visits of a source; 0 while no source is visited by itself.
    package let ingestionIntervalSeconds = 0
    /// Values that are stored at once while lines are read.
    package let ingestionBatchSize = LoadOptions().batchRows
    /// Batches that are stored at the same moment: the store has one writer.
    package let ingestionWorkers = 1
    /// The file of the catalog in the data directory. It is in the process: no host is asked, and no port.
    package let databaseName = Catalog.fileName
    /// The file of the values in the data directory.
    package let storagePath = FeatureStore.fileName

    package init() {}
}
