/// A kind of source, and the members that the configuration of one may have.
///
/// A member that is not listed is refused: whether it holds a secret cannot be told from its name. Each listed one is
/// shown or sealed, for all its values.
package enum SourceKind: String, CaseIterable, Sendable {
    case file, postgresql, api

    /// What a member holds.
    enum Form: Sendable {
        /// A text of so many bytes, shown.
        case text(ClosedRange<Int>)
        /// A whole number, shown.
        case whole(ClosedRange<Int>)
        /// A text that is sealed.
        case secret
        /// A URL. It is shown without what may be a secret in it, and sealed whole when there is such a thing.
        case url
        /// An object of texts, each of which is sealed under `<member>.<name>`.
        case secrets
        /// Which columns are the entity, the time and the values, shown.
        case mapping
    }

    /// One member of a configuration.
    package struct Member: Sendable {
        package let name: String
        package let help: String
        let form: Form
    }

    /// - Parameter type: the `type` of a source; `http` is another word for `api`.
    package init?(type: String) {
        guard let kind = SourceKind(rawValue: type == "http" ? "api" : type) else { return nil }
        self = kind
    }

    /// The members of this kind.
    package var members: [Member] {
        let own =
            switch self {
            case .file:
                [
                    Member(
                        name: "path",
                        help: "The file below ingest_root, or a pattern such as daily/*.csv.",
                        form: .text(1...4096)
                    ),
                    Member(
                        name: "format",
                        help: "csv, ndjson or parquet. If it is left out, the name of the file tells it.",
                        form: .text(1...32)
                    ),
                    Member(name: "delimiter", help: "The character between two columns of CSV.", form: .text(1...4)),
                    Member(name: "encoding", help: "Such as utf-8 or iso-8859-1.", form: .text(1...32)),
                ]
            case .postgresql:
                [
                    Member(name: "host", help: "The name or address of the server.", form: .text(1...255)),
                    Member(name: "port", help: "Its port.", form: .whole(1...65_535)),
                    Member(name: "database", help: "The database.", form: .text(1...255)),
                    Member(name: "user", help: "The user name.", form: .text(1...255)),
                    Member(name: "password", help: "The password of the user. Sealed.", form: .secret),
                    Member(name: "sslmode", help: "As in libpq, such as verify-full.", form: .text(1...32)),
                    Member(name: "table", help: "The table to read.", form: .text(1...255)),
                    Member(name: "query", help: "The query to run, instead of a table.", form: .text(1...65_536)),
                ]
            case .api:
                [
                    Member(
                        name: "url",
                        help: "The URL to read. A password in it, or a parameter that looks like a secret, is sealed.",
                        form: .url
                    ),
                    Member(
                        name: "records",
                        help: "Where the records are in an answer, such as data.items.",
                        form: .text(0...1024)
                    ),
                    Member(
                        name: "next",
                        help: "Where the link to the next page is in an answer, or parameter=path of a cursor.",
                        form: .text(0...1024)
                    ),
                    Member(name: "headers", help: "Headers to send. Each is sealed.", form: .secrets),
                ]
            }
        return own + [
            Member(name: "mapping", help: "Which columns are entity, time and values.", form: .mapping)
        ]
    }

    func member(_ name: String) -> Member? { members.first { $0.name == name } }

    /// Whether a secret of this name belongs to this kind.
    func hasSecret(_ name: String) -> Bool {
        members.contains { member in
            switch member.form {
            case .secret, .url: name == member.name
            case .secrets: name.hasPrefix(member.name + ".")
            default: false
            }
        }
    }
}
