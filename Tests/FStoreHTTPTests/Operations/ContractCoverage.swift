import FStoreTestSupport
import Foundation
import Testing

/// Holds the fixtures of a document to what the document shows.
struct ContractCoverage {
    let fixtures: [ContractFixture]

    /// Expects that `request` is sent as it is shown, with all of its members, and that the answer is held to all that
    /// the document shows of it.
    func expect(_ request: DocumentReader.Request) {
        let name = "\(request.method) \(request.path)"
        let fixtures = fixtures.filter { $0.method == request.method && $0.path == request.path }
        #expect(!fixtures.isEmpty, "\(name) has no fixture")
        let sent = Set(fixtures.flatMap { Self.queryNames($0.query) })
        #expect(Set(request.query).isSubset(of: sent), "\(name): \(request.query)")
        if let body = request.body {
            let matches = fixtures.contains { fixture in
                let object = fixture.body.flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) }
                return Self.shape(object as Any) == Self.shape(body)
            }
            #expect(matches, "\(name): no fixture sends a body of the documented shape")
        }
        if let answer = request.answer {
            let held = fixtures.reduce(into: Set<String>()) { $0.formUnion($1.answerNames) }
            #expect(Self.shape(answer).filter { !$0.contains("[]") }.isSubset(of: held), "\(name): \(held)")
            for list in Set(fixtures.map(\.list)) {
                let items = (answer[list] as? [[String: Any]])?.first ?? [:]
                #expect(Set(items.keys).isSubset(of: Set(fixtures.flatMap { $0.items.keys })), "\(name)")
            }
        }
    }

    private static func queryNames(_ query: String) -> [String] {
        query.dropFirst().split(separator: "&").map { String($0.prefix { $0 != "=" }) }
    }

    /// The members of an object, of the objects in it, and of the first element of each list.
    private static func shape(_ value: Any, _ prefix: String = "") -> Set<String> {
        if let first = (value as? [Any])?.first { return shape(first, prefix + "[].") }
        var names: Set<String> = []
        for (name, inner) in value as? [String: Any] ?? [:] {
            names.insert(prefix + name)
            names.formUnion(shape(inner, prefix + name + (inner is [Any] ? "" : ".")))
        }
        return names
    }
}

extension ContractFixture {
    /// Expects that the answer has the status, the members and the kinds that the document gives it.
    func expect(_ answer: HTTPSocket.Response) throws {
        #expect(answer.status == status, "\(answer.text)")
        if self.answer.isEmpty {
            #expect(answer.body.isEmpty)
            return
        }
        #expect(answer.header("Content-Type") == "application/json")
        #expect(Self.problems(answer.object, self.answer) == [])
        if items.isEmpty { return }
        let elements = try #require(answer.object[list] as? [[String: Any]])
        #expect(!elements.isEmpty)
        for element in elements { #expect(Self.problems(element, items) == []) }
    }
}
