/// What is told about the settings: the same table for the terminal and for `docs/configuration.md`.
enum SettingsText {
    private static let helpWidth = 78

    /// For `fstore serve --help`.
    static var help: String {
        var lines: [String] = []
        for chapter in Setting.Chapter.allCases {
            lines.append("\(chapter.rawValue.uppercased())")
            for setting in SettingTable.all where setting.chapter == chapter {
                let name = setting.sources.contains(.flag) ? setting.flag : setting.variable
                lines.append("  \(name)")
                let standard = setting.standard.isEmpty ? "" : " Default: \(setting.standard)."
                lines += wrapped("\(setting.help) Must be \(setting.rule).\(standard)")
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    /// `text` in lines of a terminal, indented.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < helpWidth {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append("      " + word)
            }
        }
        return lines
    }

    /// For the document: a table for each chapter.
    static var markdown: String {
        var lines: [String] = []
        for chapter in Setting.Chapter.allCases {
            lines += ["## \(chapter.rawValue)", "", "| setting | must be | default | is |", "|---|---|---|---|"]
            for setting in SettingTable.all where setting.chapter == chapter {
                let standard = setting.standard.isEmpty ? "" : "`\(setting.standard)`"
                lines.append("| `\(setting.name)` | \(setting.rule) | \(standard) | \(setting.help) |")
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}
