import FStore
import Glibc
import Testing

/// A damaged record is reported, never served (mark R5 for single records; whole pages are for the reliability suite).
@Suite("Damage")
struct DamageTests {
    private static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        defer { close(descriptor) }
        var status = stat()
        try #require(unsafe fstat(descriptor, &status) == 0)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        try #require(count == bytes.count)
        return bytes
    }

    private static func flip(_ bit: Int, at offset: Int, in path: String) throws {
        let descriptor = unsafe open(path, O_RDWR)
        defer { close(descriptor) }
        var byte: UInt8 = 0
        try #require(unsafe pread(descriptor, &byte, 1, off_t(offset)) == 1)
        byte ^= 1 << UInt8(bit)
        try #require(unsafe pwrite(descriptor, &byte, 1, off_t(offset)) == 1)
    }

    private static func places(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
        bytes.indices.filter { bytes[$0...].starts(with: needle) }
    }

    /// Every bit of the value and of the times in every copy of the record, in both tables: either the right answer (a
    /// stale copy was hit), an error, or "missing" where the key itself was hit. Never a wrong value.
    @Test func `every bit of a record is guarded`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .string)
        let value = "a value that is long enough to be found"
        let time = moment(1_234_567_890_123_456_789)
        try fixture.store.put(.string(value), of: feature, for: entity("entity-name"), at: time)
        fixture.store.close()
        let file = fixture.path + "/" + FeatureStore.fileName
        let whole = try Self.bytes(file)
        let found = Self.places(of: Array(value.utf8), in: whole)
        #expect(found.count >= 2)
        var reported = 0
        for place in found {
            // Tag, payload and checksum, and 30 bytes before them: the times, and the end of the key.
            for offset in (place - 30)..<(place + value.utf8.count + 4) {
                let bit = offset % 8
                try Self.flip(bit, at: offset, in: file)
                reported += try Self.ask(fixture, feature, value, time)
                try Self.flip(bit, at: offset, in: file)
            }
        }
        #expect(reported > found.count * value.utf8.count / 2, "only \(reported) flips were reported")
        #expect(try Self.bytes(file) == whole)
    }

    /// Returns how many of the questions were answered by an error.
    private static func ask(
        _ fixture: StoreFixture,
        _ feature: FeatureHandle,
        _ value: String,
        _ time: Timestamp
    ) throws -> Int {
        var options = fixture.clock.options
        options.access = .readOnly
        options.mapSize = nil
        let store = try FeatureStore(directory: fixture.path, options: options)
        defer { store.close() }
        var errors = 0
        for question in [PointInTime.latest, .asOf(time), .latest(knownAt: .last)] {
            do {
                let answer = try store.value(of: feature, for: entity("entity-name"), at: question)
                if answer.status != .missing {
                    #expect(answer.value == .string(value) && answer.eventTime == time, "\(answer)")
                }
            } catch ReadError.corrupted {
                errors += 1
            }
        }
        do {
            let spine = try Spine(entities: [entity("entity-name"), entity("entity-name")], times: [time, .last])
            for answer in try store.values(of: FeatureList([feature]), for: spine)[0] where answer.status != .missing {
                #expect(answer.value == .string(value) && answer.eventTime == time, "\(answer)")
            }
        } catch ReadError.corrupted {
            errors += 1
        }
        if errors > 0 { #expect(try !store.verify().isSound) }
        return errors > 0 ? 1 : 0
    }

    /// The rows that a spine finds nothing for and a single read something, or `nil` where the damage is reported.
    private static func rowsHidden(
        _ fixture: StoreFixture,
        _ feature: FeatureHandle,
        _ spine: Spine,
        _ rows: [(entity: EntityID, time: Timestamp)]
    ) throws -> [Int]? {
        let store = try FeatureStore(directory: fixture.path, options: fixture.clock.options)
        defer { store.close() }
        guard let answers = try? store.values(of: FeatureList([feature]), for: spine)[0] else { return nil }
        var hidden: [Int] = []
        for (number, row) in rows.enumerated() {
            if answers[number].status != .missing { continue }
            let single = try? store.value(of: feature, for: row.entity, at: .asOf(row.time))
            if let single, single.status != .missing { hidden.append(number) }
        }
        return hidden
    }

    /// The story: a walk beside many rows took a damaged key for the end of the series, and answered "missing" for all
    /// older rows, where single reads found their cells.
    @Test func `a damaged key hides nothing behind it from a spine of rows`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        let name = entity("the name of an entity")
        var batch = WriteBatch()
        for version in 0..<300 {
            try batch.put(.int64(Int64(version)), of: feature, for: name, at: moment(Int64(version) * 10))
        }
        try fixture.store.write(batch)
        fixture.store.close()
        let file = fixture.path + "/" + FeatureStore.fileName
        let times = (0..<300).map { moment(Int64($0) * 10 + 5) }
        let spine = try Spine(entities: times.map { _ in name }, times: times)
        var reported = 0
        let whole = try Self.bytes(file)
        for place in Self.places(of: Array("the name of an entity".utf8), in: whole) {
            // Damage further up in the tree leads each search astray, the first one of a walk too.
            let isInLeaf = whole[place / 4096 * 4096 + 10] & 2 != 0
            if !isInLeaf { continue }
            try Self.flip(1, at: place + 2, in: file)
            let hidden = try Self.rowsHidden(fixture, feature, spine, times.map { (name, $0) })
            if let hidden { #expect(hidden == [], "damage at \(place)") } else { reported += 1 }
            try Self.flip(1, at: place + 2, in: file)
        }
        #expect(reported > 250)
    }

    /// The story: one definition that could not be read made the whole store unreadable, verify included.
    @Test func `a damaged definition is reported, and the others go on`() throws {
        let fixture = try StoreFixture()
        let sound = try fixture.feature("sound", .int64)
        let broken = try fixture.store.define(
            FeatureDefinition(name: "broken", type: .int64, description: "a text that is long enough to be found")
        )
        for feature in [sound, broken.handle] {
            try fixture.store.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
        }
        fixture.store.close()
        let file = fixture.path + "/" + FeatureStore.fileName
        let text = Array("a text that is long enough to be found".utf8)
        for place in Self.places(of: text, in: try Self.bytes(file)) { try Self.flip(1, at: place + 3, in: file) }
        let store = try FeatureStore(directory: fixture.path)
        #expect(try store.value(of: sound, for: entity("e")).value == .int64(1))
        #expect(try store.feature(named: "sound")?.handle == sound)
        try store.put(.int64(2), of: sound, for: entity("e"), at: moment(2))
        func isDamage(_ error: any Error) -> Bool {
            switch error {
            case ReadError.corrupted(let corruption), WriteError.corrupted(let corruption):
                corruption.table == "features" && corruption.key == "00000002"
            default: false
            }
        }
        #expect(performing: { try store.value(of: broken.handle, for: entity("e")) }, throws: isDamage)
        #expect(performing: { try store.feature(named: "broken") }, throws: isDamage)
        #expect(performing: { try store.feature(id: broken.id) }, throws: isDamage)
        #expect(performing: { try store.features() }, throws: isDamage)
        #expect(performing: { try store.define(FeatureDefinition(name: "broken")) }, throws: isDamage)
        let report = try store.verify()
        #expect(report.problems.contains { $0.table == "features" && $0.key == "00000002" })
    }

    /// The story: `verify` walked from page to page, and a read comes down the tree. A flipped bit in a page further up
    /// hid cells from reads, and `verify` found nothing wrong.
    @Test func `verify finds entries that a read cannot find`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        var batch = WriteBatch()
        for number in 0..<2000 {
            try batch.put(.int64(1), of: feature, for: entity("entity-\(number + 1000)"), at: moment(Int64(number)))
        }
        try fixture.store.write(batch)
        let names = (0..<2000).map { entity("entity-\($0 + 1000)") }
        let handle = fixture.store
        let everything = PointInTime.latest(knownAt: .last)
        #expect(try names.allSatisfy { try handle.value(of: feature, for: $0, at: everything).status == .present })
        handle.close()
        let file = fixture.path + "/" + FeatureStore.fileName
        var isHidden = false
        let whole = try Self.bytes(file)
        // The eleventh byte of a page says whether it lies further up.
        for place in Self.places(of: [0, 0, 0, 1, 11] + Array("entity-1".utf8), in: whole)
        where whole[place / 4096 * 4096 + 10] & 1 == 1 {
            try Self.flip(0, at: place + 10, in: file)
            let store = try FeatureStore(directory: fixture.path)
            let isComplete = names.allSatisfy { name in
                (try? store.value(of: feature, for: name, at: everything))?.status != .missing
            }
            if !isComplete {
                isHidden = true
                #expect(try !store.verify().isSound, "byte \(place + 10)")
            }
            store.close()
            try Self.flip(0, at: place + 10, in: file)
        }
        #expect(isHidden)
    }

    /// The story: reads began to look at pages themselves and refused one with a wrong number, which LMDB never looks at.
    /// `verify` asked LMDB, and called the store sound.
    @Test func `verify calls no store sound whose pages a read refuses`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .bytes)
        var batch = WriteBatch()
        let names = (0..<600).map { entity("entity-\($0 + 1000)") }
        for (number, name) in names.enumerated() {
            // Some have pages of their own.
            let value = [UInt8](repeating: 7, count: number % 100 == 0 ? 6000 : 8)
            try batch.put(.bytes(value), of: feature, for: name, at: moment(1))
        }
        try fixture.store.write(batch)
        fixture.store.close()
        let file = fixture.path + "/" + FeatureStore.fileName
        let store = try FeatureStore(directory: fixture.path)
        var refused = 0
        for page in 2..<(try Self.bytes(file).count / 4096) {
            try Self.flip(6, at: page * 4096, in: file)
            for time in [PointInTime.latest, .asOf(moment(1))] {
                if names.allSatisfy({ (try? store.value(of: feature, for: $0, at: time)) != nil }) { continue }
                refused += 1
                #expect(try !store.verify().isSound, "page \(page)")
            }
            try Self.flip(6, at: page * 4096, in: file)
        }
        #expect(refused > 10)
        #expect(try store.verify().isSound)
    }

    @Test func `verify names what is wrong`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .string)
        let value = "a value that is long enough to be found"
        try fixture.store.put(.string(value), of: feature, for: entity("e"), at: moment(1))
        #expect(try fixture.store.verify() == VerificationReport.sound(cells: 1, rows: 1, features: 1))
        fixture.store.close()
        let file = fixture.path + "/" + FeatureStore.fileName
        for place in Self.places(of: Array(value.utf8), in: try Self.bytes(file)) {
            try Self.flip(3, at: place + 5, in: file)
        }
        let damaged = try FeatureStore(directory: fixture.path)
        let report = try damaged.verify()
        #expect(report.problemCount >= 2)
        #expect(Set(report.problems.map(\.table)) == ["history", "latest"])
        #expect(throws: ReadError.self) { try damaged.value(of: feature, for: entity("e")) }
        // A new value makes the row good again; the cell before it stays damaged.
        try damaged.put(.string("new"), of: feature, for: entity("e"), at: moment(2))
        #expect(try damaged.value(of: feature, for: entity("e")).value == .string("new"))
        #expect(throws: ReadError.self) { try damaged.value(of: feature, for: entity("e"), at: .asOf(moment(1))) }
    }
}

extension VerificationReport {
    fileprivate static func sound(cells: Int, rows: Int, features: Int) -> VerificationReport {
        var report = VerificationReport()
        report.cells = cells
        report.rows = rows
        report.features = features
        return report
    }
}
