import FStoreTestSupport
import Foundation

/// The requests that a document of the API shows in its code blocks.
struct DocumentReader {
    struct Request {
        let method: String
        let path: String
        /// Names of the query's parameters.
        var query: [String] = []
        var body: [String: Any]?
        var answer: [String: Any]?
    }

    private(set) var requests: [Request] = []

    /// The document, where it lies beside the checkout.
    static func text(ofDocument number: String) -> String? {
        let directory = Repository.url("../shared/specs").standardizedFileURL
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        guard let name = names.first(where: { $0.hasPrefix(number) }) else { return nil }
        return try? String(contentsOf: directory.appending(path: name), encoding: .utf8)
    }

    init(_ text: String) {
        var block: [String]?
        var language = ""
        var label = ""
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                if let lines = block {
                    take(lines, language, label)
                    block = nil
                } else {
                    language = String(line.dropFirst(3))
                    block = []
                }
            } else if block != nil {
                block?.append(line)
            } else if line.hasPrefix("- `"), label == "Query Parameters:", !requests.isEmpty {
                requests[requests.count - 1].query.append(String(line.dropFirst(3).prefix { $0 != "`" }))
            } else if let match = line.wholeMatch(of: #/#### ([A-Z]+) `(/api/v1)?(/\S+)`/#) {
                // Document 002 has its requests in headings.
                requests.append(Request(method: String(match.1), path: String(match.3)))
            } else if !line.isEmpty {
                label = line.replacing("*", with: "")
            }
        }
    }

    private mutating func take(_ lines: [String], _ language: String, _ label: String) {
        let text = lines.joined(separator: "\n")
        if language == "http", let first = lines.first {
            let parts = first.split(separator: " ")
            if parts.count == 2, parts[1].hasPrefix("/") {
                requests.append(Request(method: String(parts[0]), path: String(parts[1])))
            }
        }
        guard language == "json", !requests.isEmpty else { return }
        let object = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
        if ["Request Body:", "Request:"].contains(label) { requests[requests.count - 1].body = object }
        if label == "Response:" { requests[requests.count - 1].answer = object }
    }
}
