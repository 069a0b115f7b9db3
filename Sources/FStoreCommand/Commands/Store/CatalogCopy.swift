internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors
internal import FStoreSecurity
internal import FStoreServices
internal import Glibc

/// The catalog, and the key of its secrets, on their way into a backup and back.
struct CatalogCopy {
    let source: String
    let target: String

    private static let catalogFiles = [Catalog.fileName, Catalog.fileName + "-wal"]

    /// Copies the catalog as of now, beside those who use it. `false` when there is none.
    ///
    /// To be called after the values are copied: an organization that is made in between is then in the catalog
    /// without values, and never the other way round, where its number could be given to another one.
    func backUp(withSecretKey: Bool) throws -> Bool {
        guard Catalog.exists(in: source) else { return false }
        try onFailure(remove: Catalog.fileName, SealingKey.fileName) {
            let catalog = try Catalog(directory: source)
            defer { try? catalog.close() }
            let path = target + "/" + Catalog.fileName
            try Blocking.run { try await catalog.backup(to: path) }
            if withSecretKey { try FileCopy.copy(SealingKey.fileName, from: source, to: target) }
        }
        return true
    }

    /// Puts the catalog of a backup into a data directory, and checks it there. `false` when there is none.
    func restore() throws -> Bool {
        guard Catalog.exists(in: source) else { return false }
        try onFailure(
            remove: Catalog.fileName,
            Catalog.fileName + "-wal",
            Catalog.fileName + "-shm",
            Catalog.fileName + "-commits",
            SealingKey.fileName
        ) {
            for name in Self.catalogFiles + [SealingKey.fileName] where FileCopy.exists(source + "/" + name) {
                try FileCopy.copy(name, from: source, to: target)
            }
            try check()
        }
        return true
    }

    /// Refuses a catalog in the target that is damaged, and one that does not belong to the values there: no server
    /// would start with them.
    func check() throws {
        let problems = try CatalogCheck(directory: target).problems()
        if let first = problems.first {
            throw CommandError(.inputOutput, "damaged", "the catalog of the backup is damaged: \(first)")
        }
        var options = StoreOptions()
        options.access = .readOnly
        let store = try FeatureStore(directory: target, options: options)
        defer { store.close() }
        let catalog = try Catalog(directory: target)
        defer { try? catalog.close() }
        let identity = try Blocking.run { try await catalog.identity() }
        if let mismatch = try StorePair.mismatch(store, identity, in: source) { throw mismatch }
    }

    /// Half a backup must not look like one.
    private func onFailure(remove names: String..., do body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            for name in names { _ = unsafe unlink(target + "/" + name) }
            throw error
        }
    }
}

/// Copies small files whole, for their owner alone.
enum FileCopy {
    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Copies the file `name` of one directory into another, where there must be none. It has reached the disk when
    /// this returns.
    static func copy(_ name: String, from source: String, to target: String) throws {
        let path = target + "/" + name
        let input = try InputFile(source + "/" + name)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try input.read(into: &buffer, at: 0, count: buffer.count)
            if count == 0 { break }
            let output = Output(descriptor: descriptor)
            output.write(Array(buffer[..<count]))
            try output.flush()
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
        try synchronize(target)
    }

    private static func synchronize(_ directory: String) throws {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(directory) }
    }

    private static func failure(_ path: String) -> CommandError {
        CommandError(.cannotCreate, "cannot_create", "\(path) cannot be written: \(SystemCall.reason())")
    }
}
