internal import Glibc

/// What lies in a directory.
package enum DirectoryNames {
    /// The names in the directory at a path; none when there is no such directory.
    package static func read(_ path: String) -> [String] {
        read(descriptor: unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    /// The names in an open directory, in no order. Closes the descriptor.
    static func read(descriptor: Int32) -> [String] {
        guard descriptor >= 0 else { return [] }
        guard let stream = unsafe fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { start in
                unsafe start.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
