import FStore
import FStoreSecurity
import FStoreTestSupport
import Foundation

@testable import FStoreHTTP

extension TestServer {
    /// All operations, as the server has them.
    var operations: [FStoreHTTP.Operation] {
        Operations.table(services, registry: registry, options: ServerOptions())
            .operations
    }

    /// A connection. For suites that are ``BlockingTrait``: its reads wait.
    func connect(timeout: Int = 10) throws -> HTTPSocket { try HTTPSocket(port: port, timeout: timeout) }

    /// One request on a connection of its own, with the operator's key or another. For suites that are
    /// ``BlockingTrait``: it waits.
    func ask(
        _ method: String,
        _ target: String,
        key: String? = TestServer.operatorKey,
        headers: [(String, String)] = [],
        body: String? = nil
    ) throws -> HTTPSocket.Response {
        let credential = key.map { [("Authorization", "Bearer \($0)")] } ?? []
        return try connect().request(method, target, headers: credential + headers, body: body)
    }

    /// The number of the user whose key this is.
    static func userID(of key: String) throws -> Int { Int(try APIKeyCode(key).userID) }

    /// Names of the files in the data directory that have this text in them, byte by byte.
    func files(with text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { try Data(contentsOf: directory.appending(path: $0)).range(of: Data(text.utf8)) != nil }
    }

    /// Makes a feature and answers its id.
    func makeFeature(_ name: String, type: String? = nil, key: String? = TestServer.operatorKey) throws -> String {
        var members: [String: Any] = ["name": name]
        members["value_type"] = type
        let body = String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
        let answer = try ask("POST", "/api/v1/features", key: key, body: body)
        guard let id = answer.object["id"] as? String else {
            throw HTTPSocket.Failure.incomplete("\(answer.status) \(answer.text)")
        }
        return id
    }
}

/// Texts of JSON in tests.
enum JSONText {
    static func value(_ text: String) throws -> JSONValue { try JSONValue(text.utf8) }
}
