package import FStore

/// The query of the hot form of `GET values`: `entity_ids`, and perhaps `as_of` and `known_at`, each once.
package struct FastQuery {
    package private(set) var entityIDs = 0..<0
    package private(set) var time = PointInTime.latest

    /// - Returns: `nil` for every other query.
    package init?(_ query: Span<UInt8>, now: Timestamp) {
        var start = 0
        var hasEntities = false
        while start <= query.count {
            var end = start
            while end < query.count, query[end] != UInt8(ascii: "&") { end += 1 }
            guard let value = Self.value(query, start..<end, "entity_ids=") else {
                if let value = Self.value(query, start..<end, "as_of="), time.asOf == nil {
                    guard let bound = Self.bound(query.extracting(value), now) else { return nil }
                    time.asOf = bound
                } else if let value = Self.value(query, start..<end, "known_at="), time.knownAt == nil {
                    // `now` is no bound here, and left to the other path.
                    guard let bound = Self.bound(query.extracting(value), .earliest), bound != .earliest else {
                        return nil
                    }
                    time.knownAt = bound
                } else {
                    return nil
                }
                start = end + 1
                continue
            }
            if hasEntities { return nil }
            hasEntities = true
            entityIDs = value
            start = end + 1
        }
        if !hasEntities { return nil }
    }

    private static func value(_ query: Span<UInt8>, _ pair: Range<Int>, _ name: StaticString) -> Range<Int>? {
        let count = name.utf8CodeUnitCount
        guard pair.count >= count else { return nil }
        for offset in 0..<count where query[pair.lowerBound + offset] != name.byte(at: offset) { return nil }
        return (pair.lowerBound + count)..<pair.upperBound
    }

    private static func bound(_ raw: Span<UInt8>, _ now: Timestamp) -> Timestamp? {
        var bytes: [UInt8] = []
        for index in raw.indices { bytes.append(raw[index]) }
        guard let decoded = PercentCoding.decode(bytes, plusIsSpace: true) else { return nil }
        return PlainValue.bound(decoded.span, now: now)
    }
}
