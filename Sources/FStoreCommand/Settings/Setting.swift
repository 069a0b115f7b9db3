internal import FStoreConnectors
internal import FStoreHTTP
internal import FStoreText

/// One thing about the server that can be set: everything that help, documents and checks say comes from here.
struct Setting: Sendable {
    /// What a value looks like.
    enum Kind: Sendable {
        /// `host:port`, `[::1]:8000`.
        case address
        /// A file or a directory.
        case path
        /// A whole number.
        case whole(ClosedRange<Int>)
        /// Bytes, also as `64G`.
        case size(ClosedRange<Int>)
        /// A time such as `90s`, of so many seconds, or `off`.
        case duration(ClosedRange<Int>)
        /// `true` or `false`, `yes` or `no`.
        case flag
        /// `*`, or origins of pages with commas between them.
        case origins
        /// Names and addresses of hosts with commas between them.
        case hosts
        /// One of some words.
        case choice([String])
        /// Never printed.
        case secret
    }

    /// Where a value may come from.
    enum Source: String, Sendable, CaseIterable {
        case flag
        case environment
        case file
        case standard = "default"
    }

    /// The chapter of the documentation.
    enum Chapter: String, Sendable, CaseIterable {
        case data = "Data"
        case ingestion = "Ingestion"
        case network = "Network"
        case limits = "Limits"
        case accounts = "Accounts"
        case logs = "Logs and measurements"
        case secrets = "Secrets"
    }

    /// As the settings file writes it: lower case with underscores.
    let name: String
    let kind: Kind
    /// Empty when there is none.
    let standard: String
    let chapter: Chapter
    /// A phrase that says what it is.
    let help: String
    /// Where it may come from, strongest first.
    let sources: [Source]

    init(
        _ name: String,
        _ kind: Kind,
        _ standard: String,
        in chapter: Chapter,
        from sources: [Source] = [.flag, .environment, .file],
        _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.chapter = chapter
        self.sources = sources
        self.help = help
    }

    /// As the command line writes it.
    var flag: String { "--" + name.map { $0 == "_" ? "-" : String($0) }.joined() }

    /// As the environment writes it.
    var variable: String { "FSTORE_" + name.uppercased() }

    var isSecret: Bool {
        if case .secret = kind { return true }
        return false
    }

    /// What a value must be, to follow "must be".
    var rule: String {
        switch kind {
        case .address: "host:port such as 127.0.0.1:8000, or [::1]:8000"
        case .path: "a path"
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range): "bytes from \(range.lowerBound) to \(range.upperBound), also as 64M or 2G"
        case .duration: "a duration such as 90s, 15m or 1h, or off"
        case .flag: "true or false"
        case .hosts: "hosts or ranges such as *.example.com or 10.1.0.0/16, with commas between them"
        case .origins: "* or origins such as https://console.example.com, with commas between them"
        case .choice(let words): words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        case .secret: "a secret"
        }
    }

    /// Whether `text` keeps the rule.
    func accepts(_ text: String) -> Bool {
        switch kind {
        case .address: ListenAddress(text) != nil
        case .path, .secret: !text.isEmpty
        case .whole(let range): Int(text).map(range.contains) ?? false
        case .size(let range): ByteSizeText.size(text).map(range.contains) ?? false
        case .duration(let range): Self.duration(text, within: range) != nil
        case .flag: Self.truth(text) != nil
        case .hosts: EgressRule.Allowed(text) != nil
        case .origins: (try? CrossOrigin(text)) != nil
        case .choice(let words): words.contains(text)
        }
    }

    /// What a duration's text says; `.some(nil)` for `off`, `nil` for what is neither.
    static func duration(_ text: String, within range: ClosedRange<Int> = 0...Int.max) -> Duration?? {
        if text.lowercased() == "off" { return .some(nil) }
        guard let duration = DurationText.duration(text), duration >= .seconds(range.lowerBound),
            duration <= .seconds(range.upperBound)
        else { return nil }
        return duration
    }

    /// What a flag's text says.
    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "1": true
        case "false", "no", "0": false
        default: nil
        }
    }
}
