internal import FStoreCatalog
internal import FStoreSecurity
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
        guard CatalogFile.exists(in: source) else { return false }
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
        guard CatalogFile.exists(in: source) else { return false }
        try onFailure(
            remove: Catalog.fileName,
            Catalog.fileName + "-wal",
            Catalog.fileName + "-shm",
            SealingKey.fileName
        ) {
            for name in Self.catalogFiles + [SealingKey.fileName] where FileCopy.exists(source + "/" + name) {
                try FileCopy.copy(name, from: source, to: target)
            }
            let problems = try CatalogCheck(directory: target).problems()
            if let first = problems.first {
                throw CommandError(.inputOutput, "damaged", "the catalog of the backup is damaged: \(first)")
            }
        }
        return true
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
