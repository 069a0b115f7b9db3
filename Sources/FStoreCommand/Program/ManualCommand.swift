internal import ArgumentParser
internal import FStore

/// `fstore manual`, for `scripts/install`: the page of `man fstore`, made of what `--help` says.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page.",
        shouldDisplay: false
    )

    func run() throws {
        let output = Output()
        output.write(Array(try ManualPage(RootCommand.description()).text.utf8))
        try output.flush()
    }
}

extension RootCommand {
    /// All commands with their arguments, as the parser of arguments describes them for other programs.
    static func description() throws -> JSONValue {
        let dump = try JSONValue(_dumpHelp().utf8)
        guard let command = dump["command"] else {
            throw CommandError(.inputOutput, "manual", "the parser of arguments does not describe the commands")
        }
        return command
    }
}

/// A page in the language of man(7), of one program with its commands.
struct ManualPage {
    /// The page. The same program always gives the same one.
    private(set) var text = ""

    init(_ command: JSONValue) {
        let name = command.text("commandName")
        line(".TH \(name.uppercased()) 1 \"\" \"\(name) \(RootCommand.version)\" \"\"")
        // Names of files and options are not hyphenated, and lines are not stretched.
        line(".nh")
        line(".ad l")
        line(".SH NAME")
        line("\(Self.escaped(name)) \\- \(Self.escaped(command.text("abstract")))")
        line(".SH SYNOPSIS")
        line(".B \(Self.escaped(name))")
        line("\\fIcommand\\fR [\\fIarguments\\fR]")
        line(".SH DESCRIPTION")
        // The table of exit statuses, which ends the description of the program, has a chapter of its own.
        let parts = command.text("discussion").split(separator: "EXIT STATUS\n", maxSplits: 1)
        paragraphs(String(parts.first ?? ""))
        line(".SH COMMANDS")
        commands(command, path: name)
        if parts.count == 2 {
            line(".SH EXIT STATUS")
            paragraphs(String(parts[1]))
        }
        line(".SH ENVIRONMENT")
        entry("\\fBFSTORE_DATA\\fR", "The directory of the store, when --data is not given.")
        entry("\\fBFSTORE_\\fISETTING\\fR", "A setting of fstore serve, such as FSTORE_LISTEN.")
        line(".SH FILES")
        entry("\\fI./fstore\\-data\\fR", "The directory of the store, when neither --data nor FSTORE_DATA is given.")
    }

    private mutating func line(_ line: String) { text += line + "\n" }

    /// The commands below this one that `--help` shows, with their arguments. Groups have no arguments of their own.
    private mutating func commands(_ command: JSONValue, path: String) {
        for child in command.list("subcommands") where child.isShown && child.text("commandName") != "help" {
            let name = "\(path) \(child.text("commandName"))"
            if !child.list("subcommands").isEmpty {
                commands(child, path: name)
                continue
            }
            let arguments = child.list("arguments").filter(\.isShown)
            let places = arguments.filter { $0.text("kind") == "positional" }
            line(".SS " + Self.escaped(([name] + places.map(Self.usage)).joined(separator: " ")))
            line(Self.escaped(child.text("abstract")))
            paragraphs(child.text("discussion"))
            for argument in arguments where !["version", "help"].contains(argument.text("valueName")) {
                entry(Self.heading(argument), Self.explanation(argument))
            }
        }
    }

    /// Lines that begin with spaces stay as they are; the others are filled.
    private mutating func paragraphs(_ text: String) {
        var isFilled = true
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let wantsFilling = part.first != " "
            if part.isEmpty {
                line(".PP")
                continue
            }
            if wantsFilling != isFilled {
                line(wantsFilling ? ".fi" : ".nf")
                isFilled = wantsFilling
            }
            line(Self.escaped(String(part)))
            // A heading of the settings stands alone.
            if wantsFilling, part.allSatisfy({ $0.isUppercase || $0 == " " }) { line(".br") }
        }
        if !isFilled { line(".fi") }
    }

    private mutating func entry(_ heading: String, _ explanation: String) {
        line(".TP")
        line(heading)
        line(Self.escaped(explanation))
    }

    /// `NAME` for an argument by its place.
    private static func usage(_ argument: JSONValue) -> String {
        let name = argument.text("valueName").uppercased() + (argument.flag("isRepeating") ? "..." : "")
        return argument.flag("isOptional") ? "[\(name)]" : name
    }

    private static func heading(_ argument: JSONValue) -> String {
        if argument.text("kind") == "positional" { return "\\fI\(escaped(usage(argument)))\\fR" }
        let names = argument.list("names")
            .map { name in
                let dashes = name.text("kind") == "long" ? "--" : "-"
                return "\\fB\(escaped(dashes + name.text("name")))\\fR"
            }
        let value = argument.text("kind") == "option" ? " \\fI\(escaped(argument.text("valueName")))\\fR" : ""
        return names.joined(separator: ", ") + value
    }

    private static func explanation(_ argument: JSONValue) -> String {
        var text = argument.text("abstract")
        let standard = argument.text("defaultValue")
        if !standard.isEmpty { text += " Default: \(standard)." }
        return text.isEmpty ? argument.text("valueName") : text
    }

    /// Text that means itself: no hyphen that a terminal cannot paste, and no request of the language by accident.
    private static func escaped(_ text: String) -> String {
        let safe = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return safe.first == "." || safe.first == "'" ? "\\&" + safe : safe
    }
}

/// Members of the description of a command.
extension JSONValue {
    func text(_ member: String) -> String {
        if case .string(let text) = self[member] { text } else { "" }
    }

    func list(_ member: String) -> [JSONValue] {
        if case .array(let elements) = self[member] { elements } else { [] }
    }

    fileprivate func flag(_ member: String) -> Bool { self[member] == .bool(true) }

    /// Whether `--help` shows it.
    fileprivate var isShown: Bool { flag("shouldDisplay") }
}
