internal import FStore
internal import Glibc
internal import Ledger

/// Says how large the store is and who reads, again and again.
func reportStatistics(of store: FeatureStore, every seconds: Int) {
    while true {
        do throws(ReadError) {
            let found = try store.statistics()
            writeLine(
                "statistics cells=\(found.cells) file=\(found.fileBytes) used=\(found.usedBytes)"
                    + " readers=\(found.readers.count) lag=\(found.oldestReaderLag)"
            )
        } catch {
            writeLine("wrong \(error)")
            exit(4)
        }
        sleep(UInt32(seconds))
    }
}
