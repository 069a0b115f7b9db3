internal import CFiles
internal import Glibc

/// The directory whose files sources may read, and nothing outside of it.
///
/// The kernel holds every path below it (openat2): no `..`, no symbolic link, no other file than a regular one, also
/// while somebody renames what lies there.
package struct IngestRoot: Hashable, Sendable {
    /// The directory, as an absolute path without a link in it or a slash at its end.
    private let path: String
    /// The same as it was given.
    private let given: String

    /// - Parameter path: of a directory that is there.
    package init(_ path: String) throws(InputError) {
        guard let real = Self.real(path) else { throw .cannotOpen(path: path, reason: SystemCall.reason()) }
        var status = stat()
        guard unsafe stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .cannotOpen(path: path, reason: SystemCall.reason(ENOTDIR))
        }
        self.path = real
        var given = path
        while given.count > 1, given.hasSuffix("/") { given.removeLast() }
        self.given = given
    }

    /// A directory below the root, as the root of somebody who may read less.
    package func directory(_ name: String) throws(InputError) -> IngestRoot {
        try IngestRoot(Self.front(path) + name)
    }

    private static func real(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// Whether a directory is the root or lies below it.
    package func holds(_ directory: String) -> Bool {
        // What does not exist yet is judged by the place where it would be made.
        var directory = directory.hasPrefix("/") ? directory : "./" + directory
        while true {
            if let real = Self.real(directory) { return (real + "/").hasPrefix(Self.front(path)) }
            guard let slash = directory.lastIndex(of: "/"), slash > directory.startIndex else { return path == "/" }
            directory = String(directory[..<slash])
        }
    }

    private static func front(_ path: String) -> String { path == "/" ? "/" : path + "/" }

    /// `path` as one below the root: a relative path as it is, an absolute one without the root in front.
    private func relative(_ path: String) throws(InputError) -> String {
        guard path.hasPrefix("/") else { return path }
        for root in [self.path, given] where path.hasPrefix(Self.front(root)) {
            return String(path.dropFirst(Self.front(root).count))
        }
        throw .outsideOfRoot(path: path)
    }

    /// Opens a regular file.
    ///
    /// - Parameter path: below the root.
    package func open(_ path: String, decoders: [any InputDecoder] = []) throws(InputError) -> InputFile {
        let descriptor = try openDescriptor(path, S_IFREG)
        return InputFile(descriptor: descriptor, name: path, isRegular: true, decoders: decoders)
    }

    /// Opens a regular file of Parquet, as ``ParquetFile`` reads it.
    package func openParquet(_ path: String, check: @escaping () throws -> Void) throws(InputError) -> InputFile {
        try ParquetFile.open(descriptor: openDescriptor(path, S_IFREG), name: path, check: check)
    }

    /// The regular files that a pattern names, in the order of their names. A pattern may have `*` and `?` in each part
    /// of the path; neither stands for a slash, nor for a dot at the start of a name.
    ///
    /// A path without either is returned as it is, whether the file is there or not.
    package func files(matching pattern: String) throws(InputError) -> [String] {
        let parts = try relative(pattern).split(separator: "/").map(String.init)
        guard parts.contains(where: Self.isPattern) else { return [parts.joined(separator: "/")] }
        var found = [""]
        for (index, part) in parts.enumerated() {
            var next: [String] = []
            for front in found {
                if !Self.isPattern(part) {
                    next.append(front + part + (index < parts.count - 1 ? "/" : ""))
                    continue
                }
                // A bracket is one: only * and ? stand for something else.
                let pattern = part.replacing("[", with: "[[]")
                for name in try names(in: front) where unsafe fnmatch(pattern, name, FNM_PERIOD | FNM_NOESCAPE) == 0 {
                    next.append(front + name + (index < parts.count - 1 ? "/" : ""))
                }
                if next.count > Self.maxFiles { throw .tooManyFiles(pattern: pattern, limit: Self.maxFiles) }
            }
            found = next
        }
        // What else a pattern finds, such as directories and links, was not meant.
        return found.sorted()
            .filter { path in
                guard let descriptor = try? openDescriptor(path, S_IFREG) else { return false }
                close(descriptor)
                return true
            }
    }

    /// How many files one pattern may name.
    private static let maxFiles = 10_000

    private static func isPattern(_ part: String) -> Bool { part.contains("*") || part.contains("?") }

    /// What lies in a directory below the root; nothing when it is none.
    private func names(in directory: String) throws(InputError) -> [String] {
        guard let descriptor = try? openDescriptor(directory.isEmpty ? "." : directory, S_IFDIR) else { return [] }
        return DirectoryNames.read(descriptor: descriptor)
    }

    /// - Parameter kind: `S_IFREG` or `S_IFDIR`: anything else is refused, before a byte of it is read.
    private func openDescriptor(_ path: String, _ kind: mode_t) throws(InputError) -> Int32 {
        let root = unsafe Glibc.open(self.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw .cannotOpen(path: "ingest_root", reason: SystemCall.reason()) }
        defer { close(root) }
        let descriptor: Int32 = unsafe fstore_open_beneath(root, path)
        guard descriptor >= 0 else {
            let code: Int32 = 0 - descriptor
            switch code {
            case EXDEV: throw .outsideOfRoot(path: path)
            case ELOOP: throw .cannotOpen(path: path, reason: "it is or goes through a symbolic link")
            default: throw .cannotOpen(path: path, reason: SystemCall.reason(code))
            }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == kind else {
            close(descriptor)
            throw .cannotOpen(path: path, reason: "it is not a regular file")
        }
        return descriptor
    }
}
