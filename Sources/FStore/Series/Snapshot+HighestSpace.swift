internal import FStoreLMDB

extension Snapshot {
    /// From the definitions, and from the last row of `latest`, whose key begins with the space: a definition that
    /// cannot be read must not make its space look free.
    var highestSpace: UInt32 {
        get throws(ReadError) {
            let defined = registry.records.map(\.feature.handle.space).max() ?? 0
            do {
                let cursor = try OwnedCursor(over: tables.latest, in: transaction)
                guard let last = try cursor.walk.last(), last.key.byteCount >= 4 else { return defined }
                return max(defined, last.key.bigEndian(at: 0, as: UInt32.self))
            } catch {
                throw ReadError(any: error)
            }
        }
    }
}
