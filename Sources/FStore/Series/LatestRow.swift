internal import FStoreLMDB

/// Writes one row of `latest`.
enum LatestRow {
    /// Stores the row under `key`.
    static func put(
        _ key: RawSpan,
        eventTime: Int64,
        commitTime: Int64,
        tagAndPayload: RawSpan,
        isLast: Bool = false,
        with latest: borrowing WriteCursor,
        _ scratch: WriterScratch
    ) throws(StorageError) {
        let memory = scratch.value
        var value = ByteComposer(in: memory)
        value.append(littleEndian: eventTime)
        value.append(littleEndian: commitTime)
        value.append(tagAndPayload)
        value.append(littleEndian: checksum(key, value.bytes))
        try latest.put(value.bytes, forKey: key, isLast: isLast)
    }

    /// Makes the row what `history` says: the newest live cell of the series, or no row.
    ///
    /// - Parameters:
    ///   - key: not in the map, because this writes.
    ///   - notAfter: no live cell of the series is newer.
    static func derive(
        _ key: RawSpan,
        notAfter: Int64,
        with latest: borrowing WriteCursor,
        _ history: borrowing WriteCursor,
        _ scratch: WriterScratch
    ) throws {
        guard let parsed = LatestKey(key) else { return }
        let memory = scratch.history
        var search = HistorySearch(
            TableWalk(history.walk),
            number: parsed.number,
            entity: parsed.entity,
            scratch: memory
        )
        if let cell = try search.newestLive(asOf: notAfter, knownAt: .max) {
            // Copied: storing the row may move the page that the cell lies on.
            let tagAndPayload = [cell.tag.rawValue] + cell.payload.copied
            try put(
                key,
                eventTime: cell.eventTime,
                commitTime: cell.commitTime,
                tagAndPayload: tagAndPayload.span.raw,
                with: latest,
                scratch
            )
        } else if let row = try latest.walk.seek(atOrAfter: key), row.key.isIdentical(to: key) {
            try latest.removeCurrent()
        }
    }
}
