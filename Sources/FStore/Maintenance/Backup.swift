internal import FStoreLMDB
internal import Glibc

extension FeatureStore {
    /// Writes a consistent copy of the newest commit into `target`, while others read and write.
    ///
    /// The copy is a store of its own, without the free pages of the original; it has reached the disk when this
    /// returns.
    ///
    /// - Parameter target: a directory that is empty or does not exist.
    public func backup(to target: String) throws(MaintenanceError) {
        let environment: Environment
        do throws(ReadError) { environment = try readers.environment() } catch { throw .read(error) }
        try BackupDirectory(target)
            .fill { file throws(MaintenanceError) in
                do throws(StorageError) {
                    try environment.copy(to: file)
                } catch {
                    throw MaintenanceError(error)
                }
            }
    }

    /// Writes the same copy from begin to end into a descriptor, which may be a pipe.
    package func backup(into descriptor: Int32) throws(MaintenanceError) {
        let environment: Environment
        do throws(ReadError) { environment = try readers.environment() } catch { throw .read(error) }
        do throws(StorageError) { try environment.copy(into: descriptor) } catch { throw MaintenanceError(error) }
    }

    /// Puts a copy of the store in `backup` into `target`, after checking that it can be opened.
    ///
    /// - Parameters:
    ///   - backup: the directory of a backup.
    ///   - target: a directory that is empty or does not exist.
    public static func restore(from backup: String, to target: String) throws(MaintenanceError) {
        var options = StoreOptions()
        options.access = .readOnly
        let source: FeatureStore
        do throws(OpenError) {
            source = try FeatureStore(directory: backup, options: options)
        } catch {
            throw .notAStore(error)
        }
        defer { source.close() }
        try source.backup(to: target)
    }
}

/// A directory that is filled whole or not at all.
package struct BackupDirectory {
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// Lets `write` make the values file under a temporary name, then gives it its own.
    func fill(_ write: (_ file: String) throws(MaintenanceError) -> Void) throws(MaintenanceError) {
        try prepare()
        let temporary = path + "/" + FeatureStore.fileName + ".partial"
        do throws(MaintenanceError) {
            try write(temporary)
            let final = path + "/" + FeatureStore.fileName
            guard unsafe rename(temporary, final) == 0 else { throw systemError() }
            try synchronizeDirectory()
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// Makes the directory, for its owner alone, or finds that it is empty.
    package func prepare() throws(MaintenanceError) {
        if unsafe mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw systemError() }
        guard let listing = unsafe opendir(path) else { throw systemError() }
        defer { unsafe closedir(listing) }
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { throw .notEmpty(directory: path) }
        }
    }

    private func synchronizeDirectory() throws(MaintenanceError) {
        for directory in [path, path + "/.."] {
            let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY)
            guard descriptor >= 0 else { throw systemError() }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw systemError() }
        }
    }

    private func systemError() -> MaintenanceError {
        .directory(path, reason: unsafe String(cString: strerror(errno)))
    }
}
