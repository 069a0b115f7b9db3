import Glibc

/// A directory that goes when the last reference to it does. In memory where there is room for it, so that a test of
/// what is written does not wait for a disk.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() {
        let number = UInt64.random(in: 0 ... .max)
        let root = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        path = "\(root)/fstore-test-\(getpid())-\(String(number, radix: 36))"
        guard unsafe mkdir(path, 0o700) == 0 else { fatalError("\(path) cannot be made") }
    }

    /// A path within it.
    package func path(_ name: String) -> String {
        path + "/" + name
    }

    /// What lies in the directory `name` within it, sorted.
    package func names(in name: String) -> [String] {
        guard let listing = unsafe opendir(path(name)) else { return [] }
        defer { unsafe closedir(listing) }
        var names: [String] = []
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        if let listing = unsafe opendir(path) {
            while let entry = unsafe readdir(listing) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            unsafe closedir(listing)
            _ = unsafe rmdir(path)
        } else {
            _ = unsafe unlink(path)
        }
    }
}
