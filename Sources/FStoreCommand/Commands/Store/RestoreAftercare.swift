internal import FStoreCatalog
internal import FStoreSecurity
internal import Glibc

/// What else a restored data directory needs before a server can start on it, and what it has lost.
struct RestoreAftercare {
    let directory: String

    /// Gives the files to whoever owns the directory. A restore is often done by root, and the server is another user,
    /// to whom files of root are closed.
    func giveFilesAway() throws {
        guard geteuid() == 0, let owner = FileOwner(of: directory), !owner.isRoot else { return }
        guard let listing = unsafe opendir(directory) else { throw failure(directory) }
        defer { unsafe closedir(listing) }
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." { continue }
            let path = directory + "/" + name
            guard unsafe lchown(path, owner.user, owner.group) == 0 else { throw failure(path) }
        }
    }

    /// A sentence about files that a server of another user could not open; `nil` when that is not to be expected.
    var ownerNote: String? {
        guard geteuid() == 0, FileOwner(of: directory)?.isRoot == true else { return nil }
        return "the files belong to root; if another user runs the server, run: chown -R USER: \(directory)"
    }

    /// A warning about secrets of sources that do not open any more; `nil` when there are none, or their key is there.
    ///
    /// The key stays out of a backup on purpose. At its next start the server would make another one, and nobody would
    /// notice before a source is used.
    func secretWarning(in store: StoreArguments) throws -> String? {
        let path = directory + "/" + SealingKey.fileName
        if FileCopy.exists(path) { return nil }
        let names = try store.withCatalog { try await $0.sourcesWithSecrets() }
        guard let first = names.first else { return nil }
        let more = names.count == 1 ? "the source \"\(first)\"" : "\(names.count) sources, such as \"\(first)\","
        return "the backup has no \(SealingKey.fileName): the secrets of \(more) cannot be opened. Copy the old key to "
            + "\(path) (mode 0600) before the server starts, or name it with secret_key_file; "
            + "without it, enter the secrets again"
    }

    private func failure(_ path: String) -> CommandError {
        CommandError(.cannotCreate, "owner", "\(path) cannot be given to the owner of its directory: \(systemReason())")
    }

    private func systemReason() -> String { unsafe String(cString: strerror(errno)) }
}

/// Whom a file belongs to.
struct FileOwner {
    let user: UInt32
    let group: UInt32

    /// `nil` when there is no such file, or it may not be looked at.
    init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        (user, group) = (status.st_uid, status.st_gid)
    }

    var isRoot: Bool { user == 0 }

    /// What to do when the system has refused this process a file of `directory` that belongs to somebody else; `nil`
    /// when the owner is not the reason.
    static func advice(for directory: String) -> String? {
        guard geteuid() != 0 else { return nil }
        // The directory may be this user's own and a file in it not, after a command that root has run.
        for path in [directory] + ["values.mdb", "values.mdb-lock", "server.lock"].map({ directory + "/" + $0 }) {
            guard let owner = FileOwner(of: path), owner.user != geteuid() else { continue }
            let (theirs, ours) = (name(of: owner.user), name(of: geteuid()))
            let subject = path == directory ? "it" : path
            return "\(subject) belongs to \(theirs), and fstore runs as \(ours). Run fstore as \(theirs), or, as "
                + "root, give the files to \(ours): chown -R \(ours) \(directory)"
        }
        return nil
    }

    private static func name(of user: UInt32) -> String {
        guard let entry = unsafe getpwuid(user) else { return "user \(user)" }
        return unsafe String(cString: entry.pointee.pw_name)
    }
}
