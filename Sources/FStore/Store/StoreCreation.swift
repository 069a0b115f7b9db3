internal import FStoreLMDB
internal import Glibc

/// Makes the values file of a new store: whole or not at all, whenever the power goes.
///
/// LMDB writes the first pages of a file in its place, and a cut between them leaves a file that nobody can open. So
/// the file is made under another name and gets its own when it is on the disk. Processes that make the same store take
/// turns, by a lock on the directory.
struct StoreCreation {
    let directory: String
    let fileName: String

    private var file: String { directory + "/" + fileName }
    private var temporaryName: String { fileName + ".new" }
    private var temporary: String { directory + "/" + temporaryName }

    /// - Parameter make: makes a store in the file of this name within the directory, and lets go of it.
    func run(_ make: (_ name: String) throws(OpenError) -> Void) throws(OpenError) {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError() }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw systemError() }
        }
        // Another process may have made it while this one waited.
        var status = stat()
        if unsafe stat(file, &status) == 0, status.st_size > 0 { return }
        removeTemporary()
        do throws(OpenError) {
            try make(temporaryName)
            _ = unsafe unlink(temporary + "-lock")
            guard unsafe rename(temporary, file) == 0 else { throw systemError() }
        } catch {
            removeTemporary()
            throw error
        }
        try synchronize()
    }

    /// What a stop has left behind, and LMDB's table of readers of the temporary name.
    private func removeTemporary() {
        for path in [temporary, temporary + "-lock"] { _ = unsafe unlink(path) }
    }

    /// The file is safe only when the directory's entry for it is.
    private func synchronize() throws(OpenError) {
        for path in [directory, directory + "/.."] {
            let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw systemError() }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw systemError() }
        }
    }

    private func systemError() -> OpenError {
        .directory(directory, reason: unsafe String(cString: strerror(errno)))
    }
}
