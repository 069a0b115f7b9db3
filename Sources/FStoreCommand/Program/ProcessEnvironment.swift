internal import Glibc

/// The variables that the process was started with.
enum ProcessEnvironment {
    /// All of them.
    static var all: [String: String] {
        var variables: [String: String] = [:]
        var position = 0
        while let entry = unsafe environ[position] {
            let text = unsafe String(cString: entry)
            if let mark = text.firstIndex(of: "=") {
                variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
            position += 1
        }
        return variables
    }

    /// Takes variables out of the environment, and their values out of the memory that `/proc/<process>/environ` and
    /// a dump of the process show. Programs that this one starts do not get them.
    static func forget(_ names: [String]) {
        for name in names {
            // The text of the environment is this process's own to write, up to its end.
            if let value = unsafe getenv(name) { unsafe memset(value, 0x78, strlen(value)) }
            _ = unsafe unsetenv(name)
        }
    }

    /// One of them.
    static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
