internal import FStoreLMDB
internal import Glibc

/// The steps from a directory to an open environment.
struct StoreOpening {
    struct Opened {
        var environment: Environment
        var tables: StoreTables
        var mapSize: Int
    }

    /// The newest format that this program reads.
    static let newestFormat: UInt32 = 2
    /// The format of a new store. It becomes one of format 2 with the first definition that format 1 cannot hold.
    static let firstFormat: UInt32 = 1

    let directory: String
    let options: StoreOptions

    private var file: String { directory + "/" + FeatureStore.fileName }

    func run() throws(OpenError) -> Opened {
        do throws(LimitError) { try options.validate() } catch { throw .limit(error) }
        try refuseLink()
        if try prepareDirectory() { try create() }
        let environment = try openEnvironment(FeatureStore.fileName, options.durability, isNew: false)
        let statistics: EnvironmentStatistics
        do throws(StorageError) { statistics = try environment.statistics() } catch { throw openError(error) }
        // A damaged header may claim any number of pages.
        let (product, isBeyond) = statistics.usedPages.multipliedReportingOverflow(by: statistics.pageSize)
        let expected = isBeyond ? Int.max : product
        if statistics.fileSize < expected {
            throw .truncated(file: file, expectedBytes: expected, foundBytes: statistics.fileSize)
        }
        let tables = try openTables(environment)
        return Opened(environment: environment, tables: tables, mapSize: statistics.mapSize)
    }

    /// The same file, for reading, after the map that it had has failed and was let go of.
    func runAgain(_ tables: StoreTables) throws(OpenError) -> Environment {
        var wanted = EnvironmentOptions(
            mapSize: nil,
            maxReaders: UInt32(options.maxReaders),
            durability: .full,
            isReadOnly: true
        )
        wanted.readsPages = options.readsPages
        let environment: Environment
        do throws(StorageError) {
            environment = try Environment(directory: directory, name: FeatureStore.fileName, options: wanted)
        } catch {
            throw openError(error)
        }
        // LMDB counts tables in the order in which they are opened.
        guard try openTables(environment) == tables else {
            throw .storage("the file has other tables than before; close the store and open it again")
        }
        return environment
    }

    /// LMDB would open what a link in the place of its lock file leads to, and write into it.
    private func refuseLink() throws(OpenError) {
        var status = stat()
        let path = file + "-lock"
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        throw .directory(directory, reason: "\(path) is a symbolic link; remove it")
    }

    /// Makes the directory if that is wanted. Returns whether the values file has still to be made.
    private func prepareDirectory() throws(OpenError) -> Bool {
        if unsafe access(file, F_OK) == 0 {
            try checkLength()
            return false
        }
        // A directory that may not be looked into may well have a store.
        if errno == EACCES { throw .directory(directory, reason: Self.systemError()) }
        guard options.access == .readWrite else { throw .noStore(directory: directory) }
        try makeDirectory(directory)
        return true
    }

    /// An empty file is damage and not a new store: a new store gets its name only when it is complete.
    private func checkLength() throws(OpenError) {
        var status = stat()
        guard unsafe stat(file, &status) == 0 else { throw .directory(directory, reason: Self.systemError()) }
        if status.st_size == 0 { throw .truncated(file: file, expectedBytes: 2 * 4096, foundBytes: 0) }
    }

    private func makeDirectory(_ path: String) throws(OpenError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .directory(directory, reason: Self.systemError())
        }
        try makeDirectory(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .directory(directory, reason: Self.systemError())
        }
    }

    /// A file with the empty tables of a store, on the disk whatever durability is asked for.
    private func create() throws(OpenError) {
        try StoreCreation(directory: directory, fileName: FeatureStore.fileName)
            .run { name throws(OpenError) in
                try makeTables(openEnvironment(name, .durable, isNew: true))
            }
    }

    /// A new store without a wish gets 64 GiB of address space, or the most that the system gives.
    private func openEnvironment(
        _ name: String,
        _ durability: StoreOptions.Durability,
        isNew: Bool
    ) throws(OpenError) -> Environment {
        var mapSize = options.mapSize ?? (isNew ? StoreOptions.defaultMapSize : nil)
        while true {
            var wanted = EnvironmentOptions(
                mapSize: mapSize,
                maxReaders: UInt32(options.maxReaders),
                durability: durability == .durable ? .full : .withoutMetaSync,
                isReadOnly: options.access == .readOnly
            )
            wanted.readsPages = options.readsPages
            do throws(StorageError) {
                return try Environment(directory: directory, name: name, options: wanted)
            } catch {
                guard case .system(ENOMEM, _) = error, let refused = mapSize else { throw openError(error) }
                if options.mapSize != nil || refused <= 1 << 30 {
                    throw .mapSize(bytes: refused, reason: "the system has no address space for it")
                }
                mapSize = refused / 2
            }
        }
    }

    private var names: [String] { StoreTable.allCases.map(\.rawValue) }

    private func openTables(_ environment: Environment) throws(OpenError) -> StoreTables {
        do {
            guard let opened = try environment.openTables(names, create: false) else {
                throw OpenError.notAStore(file: file, reason: "it is an LMDB file with other tables")
            }
            let tables = StoreTables(opened)
            try checkFormat(environment, tables)
            return tables
        } catch let error as StorageError {
            throw openError(error)
        } catch let error as OpenError {
            throw error
        } catch let error as Corruption {
            throw .damaged(error)
        } catch {
            throw .storage("\(error)")
        }
    }

    private func makeTables(_ environment: Environment) throws(OpenError) {
        let created = options.clock().nanoseconds
        do throws(StorageError) {
            try environment.makeTables(names) { transaction, opened throws(StorageError) in
                let tables = StoreTables(opened)
                try transaction.putFormat(version: Self.firstFormat, created: created, tables)
            }
        } catch {
            throw openError(error)
        }
    }

    private func checkFormat(_ environment: Environment, _ tables: StoreTables) throws {
        let transaction = try ReadTransaction(in: environment, tables: [])
        guard let found = try transaction.formatVersion(tables) else {
            throw OpenError.notAStore(file: file, reason: "it does not say its format")
        }
        if found > Self.newestFormat {
            throw OpenError.newerFormat(found: Int(found), supported: Int(Self.newestFormat))
        }
    }

    private func openError(_ error: StorageError) -> OpenError {
        switch error {
        case .alreadyOpen: .alreadyOpen(directory: directory)
        case .foreignFile, .damaged: .notAStore(file: file, reason: error.description)
        case .system(let code, _) where [EACCES, EPERM, EROFS, ENOTDIR, EISDIR].contains(code):
            // Whoever opens a directory wants to know why it was refused, not by which call.
            .directory(directory, reason: unsafe String(cString: strerror(code)))
        default: .storage(error.description)
        }
    }

    private static func systemError() -> String {
        unsafe String(cString: strerror(errno))
    }
}
