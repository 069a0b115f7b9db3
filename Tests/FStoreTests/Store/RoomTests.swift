import FStoreTestSupport
import Glibc
import Testing

@testable import FStore

/// What happens when there is no room, in the map or on the disk.
@Suite("A store without room")
struct RoomTests {
    /// The story: at a full map the remedies that the message names failed. Some said that nothing was written, and had
    /// taken effect; a deleted feature was never reclaimed.
    @Test func `erases, deletes and reclaims at a full map, and takes writes again`() throws {
        let fixture = try StoreFixture { $0.mapSize = 1 << 20 }
        let store = fixture.store
        let (wide, narrow) = (try fixture.feature("wide", .string), try fixture.feature("narrow", .string))
        try Self.fill(store, [wide, narrow], batch: 20)
        try Self.fill(store, [wide], batch: 1)
        let large = FeatureValue.string(String(repeating: "x", count: 2000))
        var isRefused = false
        for number in 0..<200 where !isRefused {
            do throws(WriteError) {
                try store.put(large, of: wide, for: entity("e1"), at: moment(Int64(number)))
            } catch {
                #expect(error == .mapFull(bytes: 1 << 20))
                isRefused = true
            }
        }
        #expect(isRefused)
        let before = try store.statistics()
        let removed = try store.erase(entity("e1"))
        #expect(removed > 10)
        #expect(try store.statistics().cells == before.cells - removed)
        #expect(try store.value(of: wide, for: entity("e1")).status == .missing)
        try store.delete(narrow)
        try store.reclaim()
        #expect(try store.statistics().featuresToReclaim == 0)
        let emptied = try store.eraseValues(of: wide)
        #expect(try store.statistics().cells == 0)
        try Self.fill(store, [emptied.handle], batch: 20)
        #expect(try store.statistics().cells > before.cells / 2)
        #expect(try store.verify().isSound)
    }

    /// The reserve lasts, however small the steps are in which a map is filled, and however often.
    @Test func `has room for erasing after every way of filling it`() throws {
        for (round, size) in [1, 7, 60, 500].enumerated() {
            let fixture = try StoreFixture { $0.mapSize = 1 << 20 }
            let feature = try fixture.feature("f", .string)
            for _ in 0..<4 {
                for batch in [size, 3, 1] { try Self.fill(fixture.store, [feature], batch: batch) }
                let cells = try fixture.store.statistics().cells
                let removed = try fixture.store.erase(entity("e\(round)"))
                #expect(try fixture.store.statistics().cells == cells - removed)
            }
            #expect(try fixture.store.verify().isSound)
        }
    }

    /// A reader that does not end keeps every page that is freed. What is answered is then what has happened, too.
    @Test func `says what has happened when a reader holds the pages`() throws {
        let fixture = try StoreFixture { $0.mapSize = 1 << 20 }
        let store = fixture.store
        let feature = try fixture.feature("f", .string)
        try Self.fill(store, [feature], batch: 20)
        try Self.fill(store, [feature], batch: 1)
        // In many small erasures the reserve comes to its end.
        var stuck: WriteError?
        _ = try store.read { snapshot throws(ReadError) -> Int in
            for number in 0..<50 where stuck == nil {
                let name = entity("e\(number)")
                do throws(WriteError) { _ = try store.erase(name) } catch { stuck = error }
                var expected = Status.missing
                if case .mapFull = stuck { expected = .present }
                #expect(try store.value(of: feature, for: name).status == expected)
            }
            return 0
        }
        #expect(stuck != nil)
        try store.erase(entity("e49"))
        try store.sweep()
        #expect(try store.verify().isSound)
    }

    /// A reclaim that meets an obstacle is told, counted and tried again by itself.
    @Test(.timeLimit(.minutes(1))) func `goes on with a reclaim that was stuck`() async throws {
        let events = EventList()
        let fixture = try StoreFixture {
            $0.mapSize = 4 << 20
            $0.notify = events.add
        }
        let store = fixture.store
        let feature = try fixture.feature("f", .string)
        try Self.fill(store, [feature], batch: 20)
        try Self.fill(store, [feature], batch: 1)
        let isStuck = try store.read { snapshot throws(ReadError) -> Bool in
            do {
                // The definition goes, and its cells do as long as the reserve lasts.
                try store.delete(feature)
                try store.reclaim()
                return false
            } catch MaintenanceError.unfinished {
                return true
            } catch {
                Issue.record("\(error)")
                return false
            }
        }
        #expect(try store.feature(named: "f") == nil)
        #expect(isStuck)
        #expect(events.hasFailure)
        #expect(store.writerStatistics().reclaimFailures > 0)
        while try store.statistics().featuresToReclaim > 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try store.statistics().cells == 0)
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func `erases on a full disk, and takes writes again`() throws {
        let disk = try SmallDisk(bytes: 6 << 20)
        defer { disk.remove() }
        let clock = TestClock(Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        let store = try FeatureStore(directory: disk.path + "/store", options: clock.options)
        defer { store.close() }
        let feature = try store.define(FeatureDefinition(name: "f", type: .string)).handle
        for batch in [200, 20, 1] {
            #expect(throws: WriteError.diskFull) { try Self.write(store, [feature], batch: batch) }
        }
        let cells = try store.statistics().cells
        #expect(cells > 5000)
        // Somebody else takes what is left.
        try disk.fill()
        let removed = try store.erase(entity("e3"))
        #expect(removed > 10)
        try store.delete(feature)
        try store.reclaim()
        #expect(try store.statistics().cells == 0)
        let next = try store.define(FeatureDefinition(name: "next", type: .string)).handle
        try store.put(.string("value"), of: next, for: entity("e"), at: moment(1))
        #expect(try store.verify().isSound)
    }

    // MARK: Filling

    /// Writes batches until one has no room.
    private static func fill(_ store: FeatureStore, _ features: [FeatureHandle], batch size: Int) throws {
        do throws(WriteError) {
            try write(store, features, batch: size)
        } catch {
            guard case .mapFull = error else { throw error }
        }
    }

    private static func write(_ store: FeatureStore, _ features: [FeatureHandle], batch size: Int) throws(WriteError) {
        let value = FeatureValue.string(String(repeating: "x", count: 100))
        let start = Int.random(in: 0..<1_000_000_000)
        for number in 0... {
            var batch = WriteBatch()
            for cell in 0..<size {
                let index = number * size + cell
                for feature in features {
                    let time = Timestamp(nanoseconds: Int64(start + index))
                    try batch.put(value, of: feature, for: entity("e\(index % 50)"), at: time)
                }
            }
            try store.write(batch)
        }
    }
}

/// What a store has told.
final class EventList: Sendable {
    private let monitor = Monitor<[StoreEvent]>([])

    var all: [StoreEvent] { monitor.withLock { $0 } }

    /// Whether space could not be taken back.
    var hasFailure: Bool {
        for case .reclaimFailed in all { return true }
        return false
    }

    @Sendable func add(_ event: StoreEvent) { monitor.withLock { $0.append(event) } }
}

/// A file system in memory, of a few megabytes: for root only.
private struct SmallDisk {
    let path: String
    private let directory = TemporaryDirectory()

    static var isPossible: Bool {
        guard getuid() == 0, let disk = try? SmallDisk(bytes: 1 << 20) else { return false }
        disk.remove()
        return true
    }

    init(bytes: Int) throws {
        path = directory.path("disk")
        guard unsafe mkdir(path, 0o700) == 0 else { throw Failure() }
        guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else { throw Failure() }
    }

    func remove() { _ = unsafe umount2(path, Int32(MNT_DETACH)) }

    /// Leaves no block free.
    func fill() throws {
        let file = unsafe open(path + "/ballast", O_WRONLY | O_CREAT, 0o600)
        guard file >= 0 else { throw Failure() }
        defer { close(file) }
        let block = [UInt8](repeating: 7, count: 4096)
        while unsafe write(file, block, block.count) > 0 {}
    }

    private struct Failure: Error {}
}
