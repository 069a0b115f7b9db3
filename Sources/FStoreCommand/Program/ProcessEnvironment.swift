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

    /// One of them.
    static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
