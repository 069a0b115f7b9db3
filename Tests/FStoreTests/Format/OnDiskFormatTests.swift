import FStoreTestSupport
import Testing

@testable import FStore
@testable import FStoreLMDB

/// `docs/on-disk-format.md` gives bytes that were computed without FStore; here FStore has to agree with them.
@Suite("The format on disk")
struct OnDiskFormatTests {
    private let document: VectorDocument

    init() throws {
        document = try VectorDocument()
    }

    @Test func `the document has exactly the kinds of vectors that are tested`() {
        #expect(document.tables.map(\.kind).sorted() == VectorKind.allCases.map(\.rawValue).sorted())
        for table in document.tables { #expect(!table.rows.isEmpty, "\(table.kind) has no vectors") }
    }

    @Test(arguments: VectorKind.allCases)
    func `every vector is composed and read as the document says`(kind: VectorKind) throws {
        for row in try document.rows(kind) {
            switch kind {
            case .checksum: try checkChecksum(row)
            case .invertedTime: try checkInvertedTime(row)
            case .historyKey: try checkHistoryKey(row)
            case .historyValue: try checkHistoryValue(row)
            case .latestKey: try checkLatestKey(row)
            case .latestValue: try checkLatestValue(row)
            case .featureRecord: try checkFeatureRecord(row)
            case .meta: try checkMeta(row)
            }
        }
    }

    @Test func `the document has a value of every tag`() throws {
        let stored = try document.rows(.historyValue).map { try $0.bytes("stored value")[0] }
        let known = (0...UInt8.max).filter { Tag(stored: $0) != nil }
        #expect(Set(stored) == Set(known))
    }

    @Test func `one changed bit anywhere in an entry is noticed`() throws {
        for row in try document.rows(.historyValue) {
            let (key, value) = (try Self.cell(row).key, try row.bytes("stored value"))
            for bit in 0..<(key.count + value.count) * 8 {
                var (otherKey, otherValue) = (key, value)
                if bit / 8 < key.count {
                    otherKey[bit / 8] ^= 1 << UInt8(bit % 8)
                } else {
                    otherValue[bit / 8 - key.count] ^= 1 << UInt8(bit % 8)
                }
                let isRefused = Cell(history: Entry(key: otherKey.span.raw, value: otherValue.span.raw)) == nil
                #expect(isRefused, "\(row): bit \(bit)")
            }
        }
    }

    // MARK: Numbers

    private func checkChecksum(_ row: VectorRow) throws {
        let (bytes, none): ([UInt8], [UInt8]) = (try row.bytes("bytes"), [])
        let expected = try #require(UInt32(try row.text("CRC-32C"), radix: 16))
        #expect(checksum(bytes.span.raw, none.span.raw) == expected, "\(row)")
        #expect(portableChecksum(bytes.span.raw, none.span.raw) == expected, "\(row)")
    }

    private func checkInvertedTime(_ row: VectorRow) throws {
        let time: Int64 = try row.integer("nanoseconds")
        let bytes = try row.bytes("bytes")
        let stored = bytes.span.raw.bigEndian(at: 0, as: UInt64.self)
        #expect(HistoryKey.inverted(time) == stored, "\(row)")
        let back: Int64 = HistoryKey.inverted(stored)
        #expect(back == time, "\(row)")
    }

    // MARK: history

    /// The cell of a vector, composed as a batch does it: key, tag and payload, commit time and checksum.
    private static func cell(_ row: VectorRow, value: FeatureValue? = nil) throws -> (key: [UInt8], value: [UInt8]) {
        let number: UInt32 = try row.integer("feature")
        let (eventTime, commitTime): (Int64, Int64) = (try row.integer("event time"), try row.integer("commit time"))
        let entity = Array(try row.entity().text.utf8)
        var cells = CellArena()
        try cells.append(value, number: number, entity: entity.span.raw, eventTime: eventTime)
        cells.stamp(0..<1, commitTime: commitTime)
        return (cells.key(0).copied, cells.storedValue(0).copied)
    }

    private func checkHistoryKey(_ row: VectorRow) throws {
        let expected = try row.bytes("key")
        let composed = try Self.cell(row).key
        #expect(composed == expected, "\(row)")
        let entity = Array(try row.entity().text.utf8)
        let searched = try Self.searchKey(row, entity)
        #expect(searched == expected, "\(row)")
        guard let key = HistoryKey(expected.span.raw) else {
            Issue.record("\(row) is not read as a key")
            return
        }
        let (number, name, times) = (key.number, key.entity.copied, [key.eventTime, key.commitTime])
        #expect(try number == row.integer("feature"), "\(row)")
        #expect(name == entity, "\(row)")
        #expect(try times == [row.integer("event time"), row.integer("commit time")], "\(row)")
    }

    /// The key as a lookup composes it.
    private static func searchKey(_ row: VectorRow, _ entity: [UInt8]) throws -> [UInt8] {
        let number: UInt32 = try row.integer("feature")
        let (eventTime, commitTime): (Int64, Int64) = (try row.integer("event time"), try row.integer("commit time"))
        let scratch = Scratch(capacity: 512)
        var composer = ByteComposer(in: scratch)
        composer.appendSeries(number, entity.span.raw)
        composer.appendTimes(eventTime: eventTime, commitTime: commitTime)
        return composer.bytes.copied
    }

    private func checkHistoryValue(_ row: VectorRow) throws {
        let (expected, wanted) = (try row.bytes("stored value"), try row.value())
        let (key, composed) = try Self.cell(row, value: wanted)
        #expect(composed == expected, "\(row)")
        guard let cell = Cell(history: Entry(key: key.span.raw, value: expected.span.raw)) else {
            Issue.record("\(row) is not read as a cell")
            return
        }
        let (value, isTombstone) = (FeatureValue(cell.tag, cell.payload), cell.tag == .tombstone)
        let times = [cell.eventTime, cell.commitTime]
        #expect(isTombstone == (wanted == nil), "\(row)")
        if let wanted { #expect(value == wanted, "\(row)") }
        #expect(try times == [row.integer("event time"), row.integer("commit time")], "\(row)")
    }

    // MARK: latest

    private static func latestKey(_ row: VectorRow) throws -> [UInt8] {
        let (space, number): (UInt32, UInt32) = (try row.integer("space"), try row.integer("feature"))
        let entity = Array(try row.entity().text.utf8)
        let scratch = Scratch(capacity: 512)
        var composer = ByteComposer(in: scratch)
        composer.appendLatestKey(space: space, entity.span.raw, number)
        return composer.bytes.copied
    }

    private func checkLatestKey(_ row: VectorRow) throws {
        let expected = try row.bytes("key")
        #expect(try Self.latestKey(row) == expected, "\(row)")
        guard let key = LatestKey(expected.span.raw) else {
            Issue.record("\(row) is not read as a key")
            return
        }
        let (space, name, number) = (key.space, key.entity.copied, key.number)
        #expect(try space == row.integer("space"), "\(row)")
        #expect(try name == Array(row.entity().text.utf8), "\(row)")
        #expect(try number == row.integer("feature"), "\(row)")
    }

    private func checkLatestValue(_ row: VectorRow) throws {
        let (expected, wanted) = (try row.bytes("stored value"), try #require(try row.value()))
        let (key, tagAndPayload) = (try Self.latestKey(row), try Self.tagAndPayload(wanted))
        let (eventTime, commitTime): (Int64, Int64) = (try row.integer("event time"), try row.integer("commit time"))
        let directory = TemporaryDirectory()
        let raw = try RawTables(directory: directory.path)
        try raw.write { transaction in
            let series = try SeriesWriter(transaction, raw.tables, WriterScratch())
            try series.putRow(
                key.span.raw,
                eventTime: eventTime,
                commitTime: commitTime,
                storedValue: tagAndPayload.span.raw
            )
        }
        #expect(try raw.value(key, in: .latest) == expected, "\(row)")
        guard let cell = Cell(latestKey: key.span.raw, value: expected.span.raw) else {
            Issue.record("\(row) is not read as a row")
            return
        }
        let (value, times) = (FeatureValue(cell.tag, cell.payload), [cell.eventTime, cell.commitTime])
        #expect(value == wanted, "\(row)")
        #expect(try times == [row.integer("event time"), row.integer("commit time")], "\(row)")
    }

    private static func tagAndPayload(_ value: FeatureValue) throws -> [UInt8] {
        var arena = ByteArena()
        try arena.append(value)
        return arena.bytes(at: 0, count: arena.count).copied
    }
}
