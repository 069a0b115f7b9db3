package import FStore
internal import FStoreText

/// The configuration of a source, taken apart into what may be shown and what may not.
package struct SourceConfiguration: Sendable {
    /// What a secret is shown as, and what leaves it as it is when it is sent back.
    package static let mask = "********"

    /// Why a configuration is refused. It names members and never what they hold: that may be a secret which somebody
    /// has put into the wrong place.
    package struct Problem: Error, Hashable, Sendable {
        /// Such as `config.port`.
        package let field: String
        /// A sentence without its subject, to follow the field.
        package let reason: String
    }

    /// Members that are shown.
    package private(set) var plain: [JSONMember] = []
    /// Members that are not. One within `headers` has the name `headers.<its name>`.
    package private(set) var secrets: [(name: String, text: String)] = []
    /// Shown members and secrets that go.
    package private(set) var removed: [String] = []

    private let kind: SourceKind
    private let stored: (plain: [JSONMember], secrets: [String])

    /// - Parameters:
    ///   - members: what was sent.
    ///   - kind: what the source is, after the change.
    ///   - stored: the shown members and the names of the secrets that it has, for a change.
    package init(
        _ members: [JSONMember],
        kind: SourceKind,
        over stored: (plain: [JSONMember], secrets: [String]) = ([], [])
    ) throws(Problem) {
        self.kind = kind
        self.stored = stored
        for member in members { try add(member) }
    }

    /// Throws when something of another kind would stay.
    func checkRest() throws(Problem) {
        for name in stored.plain.map(\.name) + stored.secrets where !removed.contains(name) {
            if kind.member(name) == nil, !kind.hasSecret(name) {
                throw Problem(
                    field: "config.\(name)",
                    reason: "is not a member of a source of type \(kind.rawValue); remove it with null"
                )
            }
        }
    }

    /// Throws when stored secrets would go to another host than the one that they were entered for: whoever may change
    /// a source could read them there, and is not shown them on purpose.
    func checkDestination() throws(Problem) {
        func destination(_ members: [JSONMember], _ name: String) -> String? {
            guard let value = members.first(where: { $0.name == name })?.value else { return nil }
            switch value {
            case .string(let text): return name == "url" ? SecretURL.origin(of: text) : text.lowercased()
            case .number(let digits): return digits
            default: return nil
            }
        }
        let kept = stored.secrets.filter { name in
            !removed.contains(name) && !secrets.contains { $0.name == name } && name != "url"
        }
        guard let secret = kept.first else { return }
        for name in ["host", "port", "url"] where plain.contains(where: { $0.name == name }) {
            let (old, new) = (destination(stored.plain, name), destination(plain, name))
            if old == new { continue }
            throw Problem(
                field: "config.\(name)",
                reason:
                    "leads to another place, where config.\(secret) would be sent; enter config.\(secret) again with "
                    + "it, or remove it with null"
            )
        }
    }

    private mutating func add(_ member: JSONMember) throws(Problem) {
        let field = "config.\(member.name)"
        if member.value == .null { return remove(member.name) }
        guard let known = kind.member(member.name) else {
            let names = kind.members.map(\.name).joined(separator: ", ")
            throw Problem(
                field: field,
                reason: "is not a member of a source of type \(kind.rawValue); its members are \(names)"
            )
        }
        switch known.form {
        case .text(let bytes):
            show(member)
            try Self.check(member.value, bytes, at: field)
        case .whole(let range):
            show(member)
            guard case .number(let digits) = member.value, let number = Int(digits), range.contains(number) else {
                throw Problem(
                    field: field,
                    reason: "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
        case .secret:
            try addSecret(member.name, member.value, at: field)
        case .url:
            try addURL(member.name, member.value, at: field)
        case .secrets:
            guard case .object(let headers) = member.value else {
                throw Problem(field: field, reason: "must be an object of strings")
            }
            for header in headers { try addHeader(header, of: member.name) }
        case .mapping:
            show(member)
            try Self.checkMapping(member.value, at: field)
        }
    }

    private mutating func show(_ member: JSONMember) {
        plain.append(member)
        // An earlier version may have sealed what is shown today.
        if stored.secrets.contains(member.name) { removed.append(member.name) }
    }

    private mutating func remove(_ name: String) {
        removed.append(name)
        removed += stored.secrets.filter { $0.hasPrefix(name + ".") }
    }

    private mutating func addSecret(_ name: String, _ value: JSONValue, at field: String) throws(Problem) {
        guard case .string(let text) = value else { throw Problem(field: field, reason: "must be a string") }
        guard text.utf8.count <= 65_536 else {
            throw Problem(field: field, reason: "must have at most 65536 bytes")
        }
        if text != Self.mask { secrets.append((name, text)) }
    }

    private mutating func addHeader(_ header: JSONMember, of member: String) throws(Problem) {
        let (name, field) = ("\(member).\(header.name)", "config.\(member).\(header.name)")
        guard (1...128).contains(header.name.utf8.count), header.name.utf8.allSatisfy(\.isTokenByte) else {
            throw Problem(field: field, reason: "is not the name of a header")
        }
        // Names of headers are the same in capitals and small letters.
        removed += stored.secrets.filter { $0 != name && $0.lowercased() == name.lowercased() }
        if header.value == .null { return removed.append(name) }
        if case .string(let text) = header.value, text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            throw Problem(field: field, reason: "must not have control characters")
        }
        try addSecret(name, header.value, at: field)
    }

    private mutating func addURL(_ name: String, _ value: JSONValue, at field: String) throws(Problem) {
        try Self.checkText(value, 1...8192, at: field)
        guard case .string(let text) = value, let url = SecretURL(text) else {
            throw Problem(field: field, reason: "must be a URL such as https://example.com/records")
        }
        let isStored = stored.plain.contains { $0.name == name && $0.value == value }
        if isStored, stored.secrets.contains(name) { return }
        if text.contains(Self.mask) {
            throw Problem(
                field: field,
                reason: "has \(Self.mask) in place of the secret, and is not the stored URL; send the whole URL"
            )
        }
        plain.append(JSONMember(name: name, value: .string(url.shown)))
        if url.hasSecret {
            secrets.append((name, text))
        } else {
            removed.append(name)
        }
    }

    private static func check(_ value: JSONValue, _ bytes: ClosedRange<Int>, at field: String) throws(Problem) {
        try checkText(value, bytes, at: field)
        guard case .string(let text) = value else { return }
        if SecretURL.hides(in: text, isQuery: field == "config.query") || field == "config.host" && text.contains("@") {
            throw Problem(
                field: field,
                reason: "seems to contain a secret, and is shown to others; put the secret into a sealed member"
            )
        }
    }

    private static func checkText(_ value: JSONValue, _ bytes: ClosedRange<Int>, at field: String) throws(Problem) {
        guard case .string(let text) = value else { throw Problem(field: field, reason: "must be a string") }
        guard bytes.contains(text.utf8.count) else {
            throw Problem(field: field, reason: "must have \(bytes.lowerBound) to \(bytes.upperBound) bytes")
        }
        // A null byte would end the text in the catalog. Queries have lines, and tabs stand between columns.
        if text.unicodeScalars.contains(where: { $0.value < 0x20 && ![9, 10, 13].contains($0.value) }) {
            throw Problem(field: field, reason: "must not have control characters")
        }
    }

    private static func checkMapping(_ value: JSONValue, at field: String) throws(Problem) {
        guard case .object(let members) = value else { throw Problem(field: field, reason: "must be an object") }
        for member in members {
            let place = "\(field).\(member.name)"
            switch (member.name, member.value) {
            case ("entity", _), ("time", _), ("time_zone", _): try check(member.value, 1...255, at: place)
            case ("time_unit", .string(let name)) where TimeUnit(rawValue: name) != nil: break
            case ("time_unit", _):
                let units = TimeUnit.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(field: place, reason: "must be one of \(units)")
            case ("values", .array(let columns)) where columns.count <= 1000:
                for column in columns { try check(column, 1...255, at: place) }
            case ("values", _): throw Problem(field: place, reason: "must be an array of at most 1000 strings")
            default:
                throw Problem(
                    field: place,
                    reason: "is not a member here; the members are entity, time, time_unit, time_zone, values"
                )
            }
        }
    }

    /// The members that are shown, as JSON.
    package var plainText: String {
        JSONObjectText.text(of: .object(plain))
    }

    /// The shown members laid over those that are stored, as JSON.
    package var mergedText: String {
        var result = stored.plain.filter { !removed.contains($0.name) }
        for member in plain {
            result.removeAll { $0.name == member.name }
            result.append(member)
        }
        return JSONObjectText.text(of: .object(result))
    }

    /// Names of secrets that go, none that is set anew.
    package var removedSecrets: [String] {
        removed.filter { name in !secrets.contains { $0.name == name } }
    }
}

/// What an earlier version has stored.
extension SourceConfiguration {
    /// Takes apart what is stored for a source, or `nil` when there is nothing in it that ought to be sealed.
    ///
    /// What this version does not know, or would refuse, is sealed whole: it may be a secret.
    ///
    /// - Parameter sealed: the names of the secrets that the source has.
    package static func sealing(
        _ stored: String,
        type: String,
        sealed: [String] = []
    ) -> (plain: String, secrets: [(String, String)])? {
        guard case .object(let members) = try? JSONValue(stored.utf8) else { return nil }
        var plain: [JSONMember] = []
        var secrets: [(String, String)] = []
        for member in members {
            if let kind = SourceKind(type: type), kind.member(member.name) != nil,
                let read = try? SourceConfiguration([member], kind: kind, over: (members, sealed))
            {
                // A masked URL is neither anew: its secret is sealed already.
                plain += read.plain.isEmpty && read.secrets.isEmpty ? [member] : read.plain
                secrets += read.secrets.map { ($0.name, $0.text) }
            } else if case .string(let text) = member.value {
                secrets.append((member.name, text))
            } else {
                secrets.append((member.name, JSONObjectText.text(of: member.value)))
            }
        }
        return secrets.isEmpty ? nil : (JSONObjectText.text(of: .object(plain)), secrets)
    }
}

extension JSONObjectText {
    fileprivate static func text(of value: JSONValue) -> String {
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// What the name of a header is made of (RFC 9110, token).
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
