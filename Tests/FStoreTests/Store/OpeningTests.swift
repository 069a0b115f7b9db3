import FStoreLMDB
import FStoreTestSupport
import Glibc
import Testing

@testable import FStore

@Suite("Opening a store")
struct OpeningTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path("store") }

    private func open(_ access: StoreOptions.Access = .readWrite) throws -> FeatureStore {
        var options = StoreOptions()
        options.access = access
        options.mapSize = 1 << 24
        return try FeatureStore(directory: path, options: options)
    }

    private func write(_ bytes: [UInt8], to name: String = FeatureStore.fileName) throws {
        _ = unsafe mkdir(path, 0o700)
        let descriptor = unsafe Glibc.open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        try #require(count == bytes.count)
    }

    @Test func `makes a store, and every directory on the way`() throws {
        let store = try FeatureStore(directory: directory.path("a/b/c"))
        #expect(try store.features().total == 0)
    }

    @Test func `refuses the same store twice in one process, by any of its names`() throws {
        let store = try open()
        #expect(throws: OpenError.alreadyOpen(directory: path)) { try open() }
        let other = directory.path("other-name")
        #expect(unsafe symlink(path, other) == 0)
        #expect(throws: OpenError.alreadyOpen(directory: other)) { try FeatureStore(directory: other) }
        store.close()
        _ = try open()
    }

    /// The story: LMDB writes the first pages in place. The power went between them while a store was being made, and
    /// what was left was "not a store of this program": the program would not start until somebody removed it by hand.
    @Test func `a store that the power cut while it was made is made again`() throws {
        try open().close()
        #expect(directory.names(in: "store") == ["values.mdb", "values.mdb-lock"])
        // The first pages without what they need, as the cut left them: under the name that a new file has first.
        #expect(unsafe unlink(path + "/values.mdb") == 0)
        try write([UInt8](repeating: 0, count: 8192), to: "values.mdb.new")
        try write([1, 2, 3], to: "values.mdb.new-lock")
        let store = try open()
        #expect(try store.features().total == 0)
        #expect(directory.names(in: "store") == ["values.mdb", "values.mdb-lock"])
    }

    @Test(arguments: [StoreOptions.Access.readOnly, .readWriteExisting])
    func `makes nothing when it is to open what is there`(access: StoreOptions.Access) throws {
        #expect(throws: OpenError.noStore(directory: path)) { try open(access) }
        #expect(unsafe Glibc.access(path, F_OK) != 0)
    }

    @Test func `refuses a file of another kind and leaves it alone`() throws {
        let foreign = Array("this is a text and no store".utf8) + [UInt8](repeating: 65, count: 20_000)
        try write(foreign)
        do {
            _ = try open()
            Issue.record("a text was opened as a store")
        } catch OpenError.notAStore {}
    }

    @Test func `refuses an LMDB file with other tables`() throws {
        _ = unsafe mkdir(path, 0o700)
        do {
            let options = EnvironmentOptions(mapSize: 1 << 20, maxReaders: 10, durability: .full, isReadOnly: false)
            let environment = try Environment(directory: path, name: "values.mdb", options: options)
            _ = try environment.openTables(["somebody else's"], create: true)
        }
        for access in [StoreOptions.Access.readWrite, .readOnly] {
            do {
                _ = try open(access)
                Issue.record("a foreign LMDB file was opened as a store")
            } catch OpenError.notAStore {}
        }
    }

    @Test func `refuses a newer format with both numbers`() throws {
        try open().close()
        do {
            let options = EnvironmentOptions(mapSize: nil, maxReaders: 10, durability: .full, isReadOnly: false)
            let environment = try Environment(directory: path, name: "values.mdb", options: options)
            let tables = try #require(try environment.openTables(["meta"], create: false))
            let transaction = try WriteTransaction(in: environment)
            let key = Array("format".utf8)
            let format: [UInt8] = [3, 0, 0, 0]
            let sum = checksum(key.span.raw, format.span.raw)
            let value = format + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
            try transaction.put(value.span.raw, forKey: key.span.raw, in: tables[0])
            try transaction.commit()
        }
        #expect(throws: OpenError.newerFormat(found: 3, supported: 2)) { try open() }
        #expect(throws: OpenError.newerFormat(found: 3, supported: 2)) { try open(.readOnly) }
    }

    /// Reading a page that the file no longer has would end the process with SIGBUS.
    @Test func `refuses a file that was cut`() throws {
        let store = try open()
        let feature = try store.define(FeatureDefinition(name: "f")).handle
        for number in 0..<200 {
            try store.put(.float64(1), of: feature, for: entity("e\(number)"), at: moment(Int64(number)))
        }
        store.close()
        #expect(unsafe truncate(path + "/values.mdb", 16_384) == 0)
        do {
            _ = try open(.readOnly)
            Issue.record("a cut file was opened")
        } catch OpenError.truncated(_, let expected, let found) {
            #expect(found == 16_384)
            #expect(expected > found)
        }
    }

    /// The story: a new file used to be empty for a moment, so an empty file counted as a new store. A store cut to
    /// nothing then opened without a word, and without its values.
    @Test(arguments: [StoreOptions.Access.readOnly, .readWrite])
    func `refuses a file cut to nothing`(access: StoreOptions.Access) throws {
        try write([])
        #expect(throws: OpenError.truncated(file: path + "/values.mdb", expectedBytes: 8192, foundBytes: 0)) {
            try open(access)
        }
    }

    @Test func `says which option is out of its limits`() {
        var options = StoreOptions()
        options.maxReaders = 0
        #expect { try FeatureStore(directory: path, options: options) } throws: { error in
            "\(error)" == "maxReaders must be 1 to 65536; 0 was given"
        }
        for niceness in [-1, 20] {
            options = StoreOptions()
            options.writerNiceness = niceness
            #expect { try FeatureStore(directory: path, options: options) } throws: { error in
                "\(error)" == "writerNiceness must be 0 to 19; \(niceness) was given"
            }
        }
        options = StoreOptions()
        options.mapSize = 1000
        #expect { try FeatureStore(directory: path, options: options) } throws: { error in
            "\(error)".hasPrefix("mapSize must be 1048576 to ")
        }
        options = StoreOptions()
        options.sweepInterval = .zero
        #expect { try FeatureStore(directory: path, options: options) } throws: { error in
            "\(error)".hasPrefix("sweepInterval must be 1000000 to ")
        }
        options = StoreOptions()
        options.maxQueuedBatches = 1_000_001
        #expect { try FeatureStore(directory: path, options: options) } throws: { error in
            "\(error)".hasPrefix("maxQueuedBatches must be 1 to 1000000")
        }
    }

    @Test func `a directory that cannot be made is named with the reason`() throws {
        #expect { try FeatureStore(directory: "/proc/nothing/here") } throws: { error in
            "\(error)".hasPrefix("the directory /proc/nothing/here cannot be used: ")
        }
    }

    @Test func `a store for reading refuses to be written`() throws {
        let writable = try open()
        let feature = try writable.define(FeatureDefinition(name: "f")).handle
        try writable.put(.float64(3), of: feature, for: entity("e"), at: moment(1))
        writable.close()
        let store = try open(.readOnly)
        #expect(try store.value(of: feature, for: entity("e")).value == .float64(3))
        #expect(throws: WriteError.readOnly) { try store.put(.null, of: feature, for: entity("e"), at: moment(2)) }
        #expect(throws: WriteError.readOnly) { try store.define(FeatureDefinition(name: "g")) }
    }

    @Test func `a closed store says so`() throws {
        let store = try open()
        let feature = try store.define(FeatureDefinition(name: "f")).handle
        store.close()
        store.close()
        #expect(throws: ReadError.closed) { try store.value(of: feature, for: entity("e")) }
        #expect(throws: WriteError.closed) { try store.put(.null, of: feature, for: entity("e"), at: moment(2)) }
        #expect(throws: MaintenanceError.read(.closed)) { try store.backup(to: directory.path("backup")) }
    }

    @Test func `close waits for what is queued`() throws {
        let store = try open()
        let feature = try store.define(FeatureDefinition(name: "f")).handle
        for number in 0..<100 {
            var batch = WriteBatch()
            try batch.put(.int64(Int64(number)), of: feature, for: entity("e\(number)"), at: moment(1))
            try store.submit(batch) { _ in }
        }
        store.close()
        #expect(try open().statistics().cells == 100)
    }
}
