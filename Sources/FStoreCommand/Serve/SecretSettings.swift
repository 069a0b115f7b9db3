internal import FStoreConnectors

/// Secrets, which stand in a variable of the environment or in a file of their own. Their text never gets into a
/// message.
struct SecretSettings {
    private static let maxBytes = 4096
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// The secret that `name` or `name_file` gives, as `parse` understands it; `nil` when neither is set.
    func read<Secret>(_ name: String, _ parse: (String) throws -> Secret) throws -> Secret? {
        let variable = "FSTORE_\(name.uppercased())"
        let text: String
        let place: String
        switch (settings.text(name), settings.text("\(name)_file")) {
        case (nil, nil): return nil
        case (_?, _?):
            throw CommandError(.settings, "secret", "\(variable) and \(name)_file are both set; set one of them")
        case (let given?, nil): (text, place) = (given, variable)
        case (nil, let path?): (text, place) = (try content(of: path, for: name), "\(name)_file: \(path)")
        }
        do { return try parse(text) } catch { throw CommandError(.settings, "secret", "\(place): \(error)") }
    }

    private func content(of path: String, for name: String) throws -> String {
        let file: InputFile
        do throws(InputError) { file = try InputFile(path) } catch {
            throw CommandError(.settings, "secret", "\(name)_file: \(error)")
        }
        var bytes = [UInt8](repeating: 0, count: Self.maxBytes)
        let count = try file.read(into: &bytes, at: 0, count: bytes.count)
        let text = bytes[..<count]
        let isSpace = { (byte: UInt8) in byte == 10 || byte == 13 || byte == 32 || byte == 9 }
        let start = text.firstIndex { !isSpace($0) } ?? text.endIndex
        let end = text.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return String(decoding: text[start..<end], as: UTF8.self)
    }
}
