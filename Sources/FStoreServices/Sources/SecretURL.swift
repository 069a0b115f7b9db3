internal import FStoreText

/// A URL, and the same without what may be a secret in it: who logs in, and parameters that look like secrets.
struct SecretURL {
    /// What stands in the place of a secret.
    static let mask = SourceConfiguration.mask

    /// What may be shown.
    let shown: String
    /// Whether something was masked.
    let hasSecret: Bool

    /// `nil` for a text that is no URL.
    init?(_ text: String) {
        guard let colon = text.range(of: "://"), colon.lowerBound != text.startIndex else { return nil }
        let scheme = text[..<colon.lowerBound]
        guard scheme.utf8.allSatisfy({ $0.isSchemeByte }) else { return nil }
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        var authority = rest[..<end]
        var login = ""
        // The last one: a password that is not written as it must be may have another one in it.
        if let at = authority.lastIndex(of: "@") {
            login = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        let (masked, hasParameter) = Self.mask(rest[end...])
        if authority.isEmpty { return nil }
        hasSecret = hasParameter || !login.isEmpty
        // A name alone may be a token: many services take it so.
        let shownLogin = login.isEmpty ? "" : Self.shownLogin(login) + "@"
        shown = scheme + "://" + shownLogin + authority + masked
    }

    /// Scheme, host and port of a URL, as two of them are compared: in small letters, with the usual port left out.
    static func origin(of url: String) -> String {
        guard let colon = url.range(of: "://") else { return "" }
        let scheme = url[..<colon.lowerBound].lowercased()
        let authority = url[colon.upperBound...].prefix { !"/?#".contains($0) }
        var host = (authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "").lowercased()
        let usual = scheme == "https" ? ":443" : scheme == "http" ? ":80" : ":"
        if host.hasSuffix(usual) { host.removeLast(usual.utf8.count) }
        return scheme + "://" + host
    }

    /// Whether a text that is shown seems to have a secret in it: a URL with a login, or `password=…` as in the
    /// connection strings of databases.
    static func hides(in text: String, isQuery: Bool) -> Bool {
        var rest = text[...]
        while let colon = rest.range(of: "://") {
            let after = rest[colon.upperBound...]
            if after.prefix(while: { !"/?# \t\n\"'".contains($0) }).contains("@") { return true }
            rest = after
        }
        if isQuery { return false }
        return text.split { " \t\n?&;#,".contains($0) }
            .contains { word in
                word.firstIndex(of: "=").map { looksSecret(String(word[..<$0])) } ?? false
            }
    }

    private static func shownLogin(_ login: String) -> String {
        guard let colon = login.firstIndex(of: ":") else { return mask }
        return login[..<colon] + ":" + mask
    }

    /// Path, query and fragment with the values of parameters masked whose names look like secrets.
    private static func mask(_ text: Substring) -> (text: String, hasSecret: Bool) {
        guard let mark = text.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return (String(text), false) }
        var result = String(text[..<mark])
        var hasSecret = false
        var parameter: [Character] = []
        func add() {
            let text = String(parameter)
            parameter = []
            guard let equals = text.firstIndex(of: "="), looksSecret(String(text[..<equals])) else {
                result += text
                return
            }
            hasSecret = true
            result += text[...equals] + mask
        }
        for character in text[mark...] {
            if "?#&;".contains(character) {
                add()
                result.append(character)
            } else {
                parameter.append(character)
            }
        }
        add()
        return (result, hasSecret)
    }

    /// Words that mark a parameter as a secret, wherever they stand in its name, written without marks.
    private static let marks = [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential",
        "auth", "signature", "jwt", "session", "bearer",
    ]
    /// Names that are a mark only as a whole.
    private static let names: Set<String> = ["key", "pass", "pw", "sig", "sas", "code", "subscriptionkey", "hmac"]

    static func looksSecret(_ name: String) -> Bool {
        let decoded = percentDecoded(name).lowercased()
        let plain = String(decoded.filter { $0.isLetter || $0.isNumber })
        return names.contains(plain) || marks.contains { plain.contains($0) }
    }

    /// Percent signs undone, as often as it takes: a name must not hide behind two of them.
    private static func percentDecoded(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<3 {
            var result: [UInt8] = []
            var position = 0
            while position < bytes.count {
                if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                    let value = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
                {
                    result.append(value)
                    position += 3
                } else {
                    result.append(bytes[position])
                    position += 1
                }
            }
            if result == bytes { break }
            bytes = result
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// The place of the first `word`.
    fileprivate func range(of word: String) -> Range<Index>? { self[...].range(of: word) }
}

extension Substring {
    fileprivate func range(of word: String) -> Range<Index>? {
        var position = startIndex
        while position < endIndex {
            if self[position...].hasPrefix(word) { return position..<index(position, offsetBy: word.count) }
            position = index(after: position)
        }
        return nil
    }
}

extension UInt8 {
    /// What the name of a scheme is made of.
    fileprivate var isSchemeByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
