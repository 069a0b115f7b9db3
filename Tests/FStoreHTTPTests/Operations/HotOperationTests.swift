import HTTPTypes
import FStore
import FStoreIdentity
import FStoreTestSupport
import FStoreWire
import Foundation
import Testing

@testable import FStoreHTTP

/// The fast path once had its own idea of who may do what: reads checked no role at all, and the role matrix did not see
/// it, since none of its requests was of the form that the fast path takes.
@Suite("Hot operations", .blocking)
struct HotOperationTests {
    /// A request of the form that the fast path takes.
    private struct Request {
        let target: String
        let body: String?

        init(_ form: HotForm, _ path: String, feature: String) {
            let target = path.replacing("{feature_id}", with: feature)
            switch form {
            case .values: (self.target, body) = (target + "?entity_ids=a", nil)
            case .write: (self.target, body) = (target, #"{"entity_id":"a","value":1}"#)
            case .onlineRead: (self.target, body) = (target, #"{"features":["\#(feature)"],"entities":["a"]}"#)
            case .live, .ready: (self.target, body) = (target, nil)
            case .onlineWrite:
                (self.target, body) = (target, #"{"rows":[{"entity_id":"a","values":{"\#(feature)":1}}]}"#)
            }
        }
    }

    private static func send(
        _ operation: FStoreHTTP.Operation,
        key: String,
        to port: Int
    ) throws -> HTTPSocket.Response {
        let request = Request(try #require(operation.hot), operation.path.text, feature: "f")
        let headers = [("Authorization", "Bearer \(key)")]
        return try HTTPSocket(port: port)
            .request(
                operation.method.rawValue,
                request.target,
                headers: headers,
                body: request.body
            )
    }

    @Test func `the fast path takes each of them, and lets in whom the table says`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        for operation in server.operations where operation.hot != nil {
            for role in Role.allCases {
                let key = try await server.key(role)
                let before = server.fastAnswers
                let fast = try Self.send(operation, key: key, to: server.port)
                let name = "\(operation.id) as \(role.rawValue)"
                #expect(server.fastAnswers == before + 1, "\(name): the fast path did not take it")
                let slow = try Self.send(operation, key: key, to: server.slowPort)
                #expect(fast.status == slow.status, "\(name)")
                if case .role(let least) = operation.rule.access, role < least {
                    #expect(fast.status == 403, "\(name): \(fast.status)")
                    #expect(fast.withoutIdentity == slow.withoutIdentity)
                } else {
                    #expect([200, 201].contains(fast.status), "\(name): \(fast.status)")
                }
            }
        }
    }

    @Test func `every hot form has one operation, or the server does not start`() async throws {
        let server = try await TestServer()
        for operation in server.operations where operation.hot != nil {
            let table = OperationTable(server.operations.filter { $0.id != operation.id })
            let problem = #expect(throws: HotRoutes.Problem.self) { try table.hotRoutes() }
            #expect(problem?.sentence.hasPrefix("0 operations have the hot form") == true)
        }
        let twice = OperationTable(server.operations + server.operations)
        #expect(throws: HotRoutes.Problem.self) { try twice.hotRoutes() }
    }

    @Test(arguments: HotForm.allCases)
    func `another path and another role in the table count on both paths`(form: HotForm) async throws {
        let server = try await TestServer(revise: { operations in
            operations.map { $0.hot == form ? $0.moved(to: "/moved" + $0.path.text, for: .admin) : $0 }
        })
        _ = try server.makeFeature("f", type: "float64")
        let original = try #require(server.operations.first { $0.hot == form })
        let moved = original.moved(to: "/moved" + original.path.text, for: .admin)
        let (admin, developer) = (try await server.key(.admin), try await server.key(.developer))
        for port in [server.port, server.slowPort] {
            #expect([200, 201].contains(try Self.send(moved, key: admin, to: port).status))
            #expect(try Self.send(moved, key: developer, to: port).status == 403)
            #expect([404, 405].contains(try Self.send(original, key: admin, to: port).status))
        }
        #expect(server.fastAnswers == 2)
    }

    @Test func `a request beyond the limit is refused in front, before its value is looked up`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        for operation in server.operations where operation.hot != nil && operation.rule.rate != .exempt {
            let key = try await server.key(.developer, quota: .perMinute(1))
            _ = try Self.send(operation, key: key, to: server.port)
            let before = server.fastAnswers
            let fast = try Self.send(operation, key: key, to: server.port)
            #expect(fast.status == 429 && server.fastAnswers == before + 1, "\(operation.id)")
            let slow = try Self.send(operation, key: key, to: server.slowPort)
            #expect(fast.withoutIdentity == slow.withoutIdentity, "\(operation.id)")
        }
    }

    /// Two uploads kept the control plane busy, and the supervisor of the server found it dead.
    @Test func `probes are answered in front, with and without a key, and say nothing of who is there`() async throws {
        let server = try await TestServer()
        for path in ["/livez", "/readyz"] {
            for key in [nil, "fl_1_\(String(repeating: "wrong", count: 8))", TestServer.operatorKey] {
                let before = server.fastAnswers
                let credential = key.map { [("X-API-Key", $0)] } ?? []
                let headers = credential + [("X-Request-ID", "same")]
                let fast = try server.connect().request("GET", path, headers: headers)
                #expect(server.fastAnswers == before + 1)
                let slow = try HTTPSocket(port: server.slowPort).request("GET", path, headers: headers)
                #expect(fast.status == 200 && fast.withoutIdentity == slow.withoutIdentity)
            }
            // Not of the plainest form.
            #expect(try server.connect().request("HEAD", path).status == 200)
            #expect(try server.connect().request("GET", path + "?verbose=1").status == 422)
        }
    }

    @Test func `a request that the fast path hands on is counted once`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let key = try await server.key(.viewer, quota: .perMinute(10))
        // A parameter that only the slow path reads.
        let target = "/api/v1/features/f/values?entity_ids=a&limit=5"
        let left = try (0..<3)
            .map { _ in
                try server.ask("GET", target, key: key).header("X-RateLimit-Remaining") ?? ""
            }
        #expect(left == ["9", "8", "7"])
    }
}

extension FStoreHTTP.Operation {
    /// The same with another path and role: what a change of one line in the table is.
    func moved(to path: String, for role: Role) -> FStoreHTTP.Operation {
        FStoreHTTP.Operation(
            id,
            method,
            path,
            owner: owner,
            access: .role(role),
            rate: rule.rate,
            hot: hot,
            summary: summary,
            parameters: parameters,
            body: body,
            answers: answers,
            handler: handler
        )
    }
}
