package import FStore
internal import FStoreText

/// The configuration of a source, taken apart into what may be shown and what may not.
package struct SourceConfiguration: Sendable {
    /// What a secret is shown as, and what leaves it as it is when it is sent back.
    package static let unchanged = "********"

    /// Members that are shown.
    package private(set) var plain: [JSONMember] = []
    /// Members that are not.
    package private(set) var secrets: [(name: String, text: String)] = []
    /// Secrets that null takes away.
    package private(set) var removed: [String] = []

    /// Words that mark a member as a secret, wherever they stand in its name.
    private static let marks = [
        "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "access_key", "private_key",
        "credential", "authorization", "dsn", "connection_string", "sas", "sslkey",
    ]

    /// Whether a member of this name is kept secret.
    package static func isSecret(_ name: String) -> Bool {
        let lower = name.lowercased()
        return marks.contains { lower.contains($0) }
    }

    package init(_ members: [JSONMember]) {
        for member in members {
            guard Self.isSecret(member.name) else {
                plain.append(member)
                continue
            }
            switch member.value {
            case .null: removed.append(member.name)
            case .string(Self.unchanged): continue
            case .string(let text): secrets.append((member.name, text))
            default: secrets.append((member.name, JSONObjectText.text(of: member.value)))
            }
        }
    }

    /// The members that are shown, as JSON.
    package var plainText: String {
        JSONObjectText.text(of: .object(plain.filter { $0.value != .null }))
    }

    /// The shown members laid over those that are stored, as JSON.
    package func merged(over stored: String) -> String {
        var result: [JSONMember] = []
        if case .object(let members) = try? JSONValue(stored.utf8) { result = members }
        for member in plain {
            result.removeAll { $0.name == member.name }
            if member.value != .null { result.append(member) }
        }
        return JSONObjectText.text(of: .object(result))
    }
}

extension JSONObjectText {
    fileprivate static func text(of value: JSONValue) -> String {
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
