internal import FStore
internal import FStoreText

/// The settings on a command line: `--name value` or `--name=value`, by the names of the table.
enum FlagReader {
    static func read(_ arguments: [String]) throws(CommandError) -> [String: String] {
        var flags: [String: String] = [:]
        var position = 0
        while position < arguments.count {
            let argument = arguments[position]
            position += 1
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let setting = try setting(parts[0])
            let text: String
            if parts.count > 1 {
                text = parts[1]
            } else if position < arguments.count {
                text = arguments[position]
                position += 1
            } else {
                throw CommandError(.usage, "usage", "\(parts[0]) needs a value, which must be \(setting.rule)")
            }
            guard flags.updateValue(text, forKey: setting.name) == nil else {
                throw CommandError(.usage, "usage", "\(parts[0]) is given twice")
            }
        }
        return flags
    }

    private static func setting(_ argument: String) throws(CommandError) -> Setting {
        let flag = argument == "-d" ? "--data" : argument
        guard flag.hasPrefix("--") else {
            throw CommandError(.usage, "usage", "\"\(argument.excerpt)\" is unexpected; see fstore serve --help")
        }
        let name = flag.dropFirst(2).map { $0 == "-" ? "_" : String($0) }.joined()
        guard let setting = SettingTable.setting(name) else {
            let nearest = Spelling.nearest(to: name, among: SettingTable.all.map(\.name))
                .flatMap { SettingTable.setting($0)?.flag }
            let hint = nearest.map { "did you mean \($0)?" } ?? "see fstore serve --help"
            throw CommandError(.usage, "usage", "there is no option \(argument.excerpt); \(hint)")
        }
        guard setting.sources.contains(.flag) else {
            throw CommandError(
                .usage,
                "usage",
                "a secret on the command line can be read by everybody on this machine; "
                    + "set \(setting.variable) or \(setting.flag)-file"
            )
        }
        return setting
    }
}
