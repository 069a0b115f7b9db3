internal import FStoreText

/// The settings in force, each checked against its rule, and where each came from.
struct Settings: Sendable {
    /// A value and its origin.
    struct Entry: Sendable {
        let setting: Setting
        /// Empty when it is not set and has no default.
        let text: String
        let source: Setting.Source
    }

    /// One for each setting, in the order of the table.
    let entries: [Entry]
    /// Variables of the environment that look like settings and are none.
    let unknownVariables: [String]

    /// The text of a setting, or `nil` when it has none.
    func text(_ name: String) -> String? {
        entries.first { $0.setting.name == name }.flatMap { $0.text.isEmpty ? nil : $0.text }
    }

    /// A whole number or a size.
    func integer(_ name: String) -> Int? {
        text(name).flatMap { ByteSizeText.size($0) }
    }

    /// A duration; `.some(nil)` when it is `off`, `nil` when it is not set.
    func duration(_ name: String) -> Duration?? {
        text(name).flatMap { Setting.duration($0) }
    }

    /// Whether a flag is set.
    func isTrue(_ name: String) -> Bool {
        text(name).flatMap(Setting.truth) ?? false
    }

    /// Prints them, secrets masked.
    func write(asJSON: Bool, to output: Output) {
        var table = TableText("SETTING", "VALUE", "FROM")
        for entry in entries {
            let shown = entry.setting.isSecret && !entry.text.isEmpty ? "***" : entry.text
            if asJSON {
                var object = JSONObjectText()
                object.add("setting", entry.setting.name)
                object.add("value", shown.isEmpty ? nil : shown)
                object.add("from", entry.source.rawValue)
                output.line(object)
            } else {
                table.add(entry.setting.name, shown, entry.source.rawValue)
            }
        }
        if !asJSON { table.write(to: output) }
    }
}
