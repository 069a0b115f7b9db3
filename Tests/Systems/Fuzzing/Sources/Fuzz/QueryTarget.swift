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
        var list = EntityListText()
        guard (try? list.read(bytes.span)) != nil else { return }
        guard let names = names(bytes) else { return require(false, "a list that is read has no lone backslash") }
        require(list.count == names.count, "there are as many names as commas ask for")
        for index in names.indices {
            require(Array(list.bytes[list.range(index)]) == names[index], "a name is what it decodes to")
            require(String(validating: list.bytes[list.range(index)], as: UTF8.self) != nil, "a name is UTF-8")
        }
    }

    /// The same list, the long way: each value is decoded, and then cut at commas that no backslash stands before.
    private static func names(_ bytes: [UInt8]) -> [[UInt8]]? {
        var names: [[UInt8]] = []
        for value in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            guard let decoded = PercentCoding.decode(value, plusIsSpace: true) else { return nil }
            var name: [UInt8] = []
            var isEscaped = false
            for byte in decoded {
                let isSpecial = byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\\")
                if isEscaped, !isSpecial { return nil }
                if isEscaped || !isSpecial {
                    name.append(byte)
                    isEscaped = false
                } else if byte == UInt8(ascii: ",") {
                    names.append(name)
                    name = []
                } else {
                    isEscaped = true
                }
            }
            if isEscaped { return nil }
            names.append(name)
        }
        return names
    }
}
