internal import Configuration
internal import FStore
internal import FStoreConnectors
internal import FStoreText
internal import Glibc
internal import Synchronization

/// The YAML file of settings: one `name: value` a line, no names that are not settings.
struct SettingsFile {
    let path: String

    /// `nil` when there is nothing in the file but comments.
    func provider() async throws -> (any ConfigProvider)? {
        guard try hasContent() else { return nil }
        // The parser tells every key that it meets to the one who decides which of them are secret.
        let met = Met()
        let options = YAMLSnapshot.ParsingOptions(
            secretsSpecifier: .dynamic { key, _ in
                met.keys.withLock { $0.append(key) }
                return false
            }
        )
        let place = ConfigReader(
            provider: InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
        )
        let provider: FileProvider<YAMLSnapshot>
        do {
            provider = try await FileProvider(snapshotType: YAMLSnapshot.self, parsingOptions: options, config: place)
        } catch {
            throw CommandError(.settings, "config", "\(path) is not YAML of the form \"name: value\": \(error)")
        }
        for key in met.keys.withLock({ $0 }) { try check(key) }
        return provider
    }

    private func check(_ key: String) throws(CommandError) {
        guard let setting = SettingTable.setting(key) else {
            let nearest =
                Spelling.nearest(to: key, among: SettingTable.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            throw CommandError(
                .settings,
                "unknown_setting",
                "\(path): there is no setting \"\(key.excerpt)\"\(nearest)"
            )
        }
        guard !setting.sources.contains(.file) else { return }
        let instead = setting.isSecret ? "; name a file in \(setting.name)_file, or set \(setting.variable)" : ""
        throw CommandError(
            .settings,
            "setting",
            "\(path): \(setting.name) is not allowed in the settings file\(instead)"
        )
    }

    private func hasContent() throws -> Bool {
        let input = try InputFile(path)
        var reader = LineReader(ByteWindow())
        while try reader.next(from: input) {
            let first = Array(reader.bytes).first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != 13 }
            if let first, first != UInt8(ascii: "#") { return true }
        }
        return false
    }

    /// The keys of the file, in its order.
    private final class Met: Sendable {
        let keys = Mutex<[String]>([])
    }
}
