import FStore
import FStoreServices
import Testing

/// Secrets were told by words in the names of members, so that `connection.password`, `pwd` and `privateKey` stood in
/// clear in the catalog, in backups and in answers to viewers.
@Suite("The configuration of a source")
struct SourceConfigurationTests {
    private static func members(_ text: String) throws -> [JSONMember] {
        guard case .object(let members) = try JSONValue(text.utf8) else { return [] }
        return members
    }

    private static func read(_ text: String, _ kind: SourceKind) throws -> SourceConfiguration {
        try SourceConfiguration(members(text), kind: kind)
    }

    @Test(arguments: [
        ("postgresql", #"{"connection":{"password":"hunter2"}}"#, "config.connection"),
        ("postgresql", #"{"privateKey":"hunter2"}"#, "config.privateKey"),
        ("postgresql", #"{"connectionString":"hunter2"}"#, "config.connectionString"),
        ("postgresql", #"{"pwd":"hunter2"}"#, "config.pwd"),
        ("http", #"{"api-key":"hunter2"}"#, "config.api-key"),
        ("file", #"{"token":"hunter2"}"#, "config.token"),
        ("postgresql", #"{"Password":"hunter2"}"#, "config.Password"),
        ("postgresql", #"{"host":{"password":"hunter2"}}"#, "config.host"),
        ("postgresql", #"{"host":["hunter2"]}"#, "config.host"),
        ("postgresql", #"{"port":"hunter2"}"#, "config.port"),
        ("postgresql", #"{"port":77777}"#, "config.port"),
        ("postgresql", #"{"password":{"a":"hunter2"}}"#, "config.password"),
        ("postgresql", #"{"host":"user:hunter2@db"}"#, "config.host"),
        ("postgresql", #"{"database":"postgres://u:hunter2@db/x"}"#, "config.database"),
        ("postgresql", #"{"database":"dbname=x password=hunter2"}"#, "config.database"),
        ("postgresql", #"{"mapping":{"secret":"hunter2"}}"#, "config.mapping.secret"),
        ("postgresql", #"{"mapping":{"values":"hunter2"}}"#, "config.mapping.values"),
        ("file", #"{"path":"https://x/y.csv?token=hunter2"}"#, "config.path"),
        ("api", #"{"url":"hunter2"}"#, "config.url"),
        ("api", #"{"headers":{"Bad Name":"hunter2"}}"#, "config.headers.Bad Name"),
        ("api", #"{"headers":{"X-A":["hunter2"]}}"#, "config.headers.X-A"),
        ("api", #"{"records":"https://u:hunter2@x"}"#, "config.records"),
    ])
    func `what is not known is refused by its name and never its value`(
        type: String,
        config: String,
        field: String
    ) throws {
        let kind = try #require(SourceKind(type: type))
        let problem = #expect(throws: SourceConfiguration.Problem.self) { try Self.read(config, kind) }
        #expect(problem?.field == field)
        #expect(problem.map { !"\($0)".contains("hunter2") && !"\($0)".contains("77777") } == true)
    }

    @Test func `what the documents send is taken`() throws {
        let database = try Self.read(
            #"{"host":"localhost","port":5432,"database":"customers","user":"user","password":"password"}"#,
            .postgresql
        )
        #expect(database.plainText == #"{"host":"localhost","port":5432,"database":"customers","user":"user"}"#)
        #expect(database.secrets.map(\.name) == ["password"])
        let file = #"{"path":"/path/to/data.csv","format":"csv","delimiter":",","encoding":"utf-8"}"#
        #expect(try Self.read(file, .file).plainText == file)
        let mapping = #"{"query":"SELECT *\nFROM t","mapping":{"entity":"id","time":"at","values":["a","b"]}}"#
        #expect(try Self.read(mapping, .postgresql).secrets.isEmpty)
    }

    @Test(arguments: [
        ("https://ann:hunter2@x.org/a?b=c", "https://ann:********@x.org/a?b=c"),
        ("https://hunter2@x.org/a", "https://********@x.org/a"),
        ("https://a:b@hunter2@x.org/a", "https://a:********@x.org/a"),
        ("https://x.org?api_key=hunter2&b=c", "https://x.org?api_key=********&b=c"),
        ("https://x.org/?b=c;Api-Key=hunter2", "https://x.org/?b=c;Api-Key=********"),
        ("https://x.org/?p%61ssword=hunter2", "https://x.org/?p%61ssword=********"),
        ("https://x.org/?p%2561ssword=hunter2", "https://x.org/?p%2561ssword=********"),
        ("https://x.org/#access_token=hunter2", "https://x.org/#access_token=********"),
        ("https://x.org/?sig=hunter2&X-Amz-Signature=hunter2", "https://x.org/?sig=********&X-Amz-Signature=********"),
    ])
    func `a URL loses what may be a secret`(url: String, shown: String) throws {
        let config = try SourceConfiguration([JSONMember(name: "url", value: .string(url))], kind: .api)
        #expect(config.plain.map(\.value) == [.string(shown)])
        #expect(config.secrets.map(\.text) == [url])
    }

    @Test func `a URL without secrets is shown, and takes the sealed one away`() throws {
        let config = try SourceConfiguration(
            [JSONMember(name: "url", value: .string("https://x.org/a?from=2024"))],
            kind: .api,
            over: ([], ["url"])
        )
        #expect(config.secrets.isEmpty && config.removedSecrets == ["url"])
        #expect(config.mergedText == #"{"url":"https://x.org/a?from=2024"}"#)
    }

    @Test func `a masked URL that comes back is left as it is, and no other one is guessed`() throws {
        let shown = "https://ann:********@x.org/a"
        let stored = [JSONMember(name: "url", value: .string(shown))]
        let same = try SourceConfiguration(stored, kind: .api, over: (stored, ["url"]))
        #expect(same.secrets.isEmpty && same.removedSecrets.isEmpty && same.mergedText.contains(shown))
        let changed = [JSONMember(name: "url", value: .string(shown + "/b"))]
        #expect(throws: SourceConfiguration.Problem.self) {
            try SourceConfiguration(changed, kind: .api, over: (stored, ["url"]))
        }
    }

    @Test func `headers are sealed one by one, and patched so`() throws {
        let config = try Self.read(#"{"headers":{"Authorization":"Bearer x","Accept":"a/b"}}"#, .api)
        #expect(config.plain.isEmpty && config.secrets.map(\.name) == ["headers.Authorization", "headers.Accept"])
        let patch = try SourceConfiguration(
            Self.members(#"{"headers":{"authorization":"y","Accept":null,"X-Same":"********"}}"#),
            kind: .api,
            over: ([], ["headers.Authorization", "headers.Accept", "headers.X-Same"])
        )
        #expect(patch.secrets.map(\.name) == ["headers.authorization"])
        #expect(patch.removedSecrets.sorted() == ["headers.Accept", "headers.Authorization"])
        let gone = try SourceConfiguration(
            Self.members(#"{"headers":null}"#),
            kind: .api,
            over: ([], ["headers.A", "url"])
        )
        #expect(gone.removedSecrets.sorted() == ["headers", "headers.A"])
    }

    @Test func `what an earlier version stored in clear is sealed, and what is plain stays`() throws {
        let stored = #"{"host":"db","pwd":"hunter2","connection":{"password":"hunter2"},"port":"x"}"#
        let found = try #require(SourceConfiguration.sealing(stored, type: "postgresql"))
        #expect(found.plain == #"{"host":"db"}"#)
        #expect(found.secrets.map(\.0) == ["pwd", "connection", "port"])
        #expect(SourceConfiguration.sealing(found.plain, type: "postgresql") == nil)
        let url = try #require(SourceConfiguration.sealing(#"{"url":"https://a:b@x"}"#, type: "http"))
        #expect(url.plain == #"{"url":"https://a:********@x"}"# && url.secrets.map(\.1) == ["https://a:b@x"])
        #expect(SourceConfiguration.sealing(url.plain, type: "http", sealed: ["url"]) == nil)
    }
}
