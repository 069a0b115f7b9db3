@testable internal import FStore
@testable internal import FStoreWire

/// Queries and what is encoded in them.
enum QueryTarget {
    static func run(_ bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self) {
            let encoded = PercentCoding.encode(text)
            require(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "what is encoded is ASCII")
            require(PercentCoding.decodeText(encoded.utf8, plusIsSpace: true) == text, "decoding undoes encoding")
            require(PercentCoding.decodeText(encoded.utf8, plusIsSpace: false) == text, "decoding undoes encoding")
        }
        if let decoded = PercentCoding.decode(bytes, plusIsSpace: true) {
            require(decoded.count <= bytes.count, "what is decoded is no longer")
        }
        _ = RequestIdentity.isAccepted(bytes.span)
        if let query = FastQuery(bytes.span, now: Timestamp(nanoseconds: 0)) {
            require(query.entityIDs.upperBound <= bytes.count, "the names lie within the query")
            let start = query.entityIDs.lowerBound
            require(start >= 11 && bytes[(start - 11)..<start].elementsEqual("entity_ids=".utf8), "behind their name")
            require(!bytes[query.entityIDs].contains(UInt8(ascii: "&")), "and before the next")
            readList(Array(bytes[query.entityIDs]))
        }
        readList(bytes)
    }

    private static func readList(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { PercentCoding.decode($0, plusIsSpace: true) }
        var list = EntityListText()
        guard (try? list.read(bytes.span)) != nil else { return }
        require(list.count == parts.count, "there are as many names as commas ask for")
        for index in parts.indices {
            require(Array(list.bytes[list.range(index)]) == parts[index], "a name is what it decodes to")
            require(String(validating: list.bytes[list.range(index)], as: UTF8.self) != nil, "a name is UTF-8")
        }
    }
}
