internal import Configuration
internal import FStore
internal import Synchronization

/// Reads every setting from where it may stand: the command line, else the environment, else the settings file, else
/// its default.
struct SettingsReader {
    /// By name, as the command line gave them.
    var flags: [String: String]
    /// All variables of the environment.
    var environment: [String: String]

    private static let prefix = "FSTORE_"
    /// Variables of the project's own builds and tests.
    private static let foreignVariables: Set<String> = [
        "FSTORE_STRICT", "FSTORE_DOCS", "FSTORE_MODEL_OPERATIONS",
    ]

    func read() async throws -> Settings {
        let variables = settingVariables()
        let commandLine = InMemoryProvider(
            name: Setting.Source.flag.rawValue,
            values: Dictionary(uniqueKeysWithValues: flags.map { ([$0], ConfigValue(.string($1), isSecret: false)) })
        )
        var providers: [any ConfigProvider] = [
            commandLine,
            EnvironmentVariablesProvider(environmentVariables: variables),
        ]
        if let path = flags["config"] ?? variables["CONFIG"] {
            if let file = try await SettingsFile(path: path).provider() { providers.append(file) }
        }
        let origin = Origin()
        let reader = ConfigReader(providers: providers, accessReporter: origin)
        let entries = try SettingTable.all.map { try entry($0, reader, origin) }
        let known = Set(SettingTable.all.map(\.variable)).union(Self.foreignVariables)
        let unknown = environment.keys.filter { $0.hasPrefix(Self.prefix) && !known.contains($0) }.sorted()
        return Settings(entries: entries, unknownVariables: unknown)
    }

    /// Those that are not empty, without the prefix: the names of the other sources in capitals.
    private func settingVariables() -> [String: String] {
        var variables: [String: String] = [:]
        for setting in SettingTable.all where setting.sources.contains(.environment) {
            if let text = environment[setting.variable], !text.isEmpty {
                variables[String(setting.variable.dropFirst(Self.prefix.count))] = text
            }
        }
        return variables
    }

    private func entry(_ setting: Setting, _ reader: ConfigReader, _ origin: Origin) throws -> Settings.Entry {
        let text = reader.string(forKey: ConfigKey([setting.name]), isSecret: setting.isSecret)
        let source = try origin.source { CommandError(.settings, "setting", "\(setting.name) must be one value") }
        guard let text, let source else {
            return Settings.Entry(setting: setting, text: setting.standard, source: .standard)
        }
        guard setting.accepts(text) else {
            throw CommandError(
                .settings,
                "setting",
                "\(Self.place(setting, source)) must be \(setting.rule); \"\(text.excerpt)\" was given"
            )
        }
        return Settings.Entry(setting: setting, text: text, source: source)
    }

    private static func place(_ setting: Setting, _ source: Setting.Source) -> String {
        switch source {
        case .flag: setting.flag
        case .environment: setting.variable
        case .file: "\(setting.name), in the settings file,"
        case .standard: setting.name
        }
    }
}

/// Listens to which provider has answered.
private final class Origin: AccessReporter {
    private static let order: [Setting.Source] = [.flag, .environment, .file]
    private let results = Mutex<[AccessEvent.ProviderResult]>([])

    func report(_ event: AccessEvent) {
        results.withLock { $0 = event.providerResults }
    }

    /// The origin of the last answer; `nil` when nobody had one. A provider that failed is `failure`.
    func source(_ failure: () -> CommandError) throws -> Setting.Source? {
        for (index, entry) in results.withLock({ $0 }).enumerated() {
            guard case .success(let found) = entry.result else { throw failure() }
            if found.value != nil { return Self.order[index] }
        }
        return nil
    }
}
