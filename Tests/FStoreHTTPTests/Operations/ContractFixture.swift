import Foundation
import Testing

/// A request that a document shows, and what its answer must look like.
struct ContractFixture: Sendable, CustomTestStringConvertible {
    /// What a member of an answer is.
    indirect enum Kind: Sendable {
        /// An object that has these members.
        case members([String: Kind])
        /// The same, or null.
        case membersOrNull([String: Kind])
        case text, uuid, time, integer, number, bool, texts, object, objects, null, anything
    }

    let method: String
    /// Below `/api/v1`, with `{feature_id}` for the feature that the test has made.
    let path: String
    var query = ""
    var body: String?
    let status: Int
    /// Members that the answer must have, and what they are; none for an answer without a body.
    var answer: [String: Kind] = [:]
    /// The member with the list, if the answer has one.
    var list = "items"
    /// Members of each element of the list.
    var items: [String: Kind] = [:]

    var testDescription: String { "\(method) \(path)\(query)" }

    /// Names of the members that the answer is held to, with a point before those of a member.
    var answerNames: Set<String> { Self.names(answer) }

    private static func names(_ members: [String: Kind]) -> Set<String> {
        var all = Set(members.keys)
        for (name, kind) in members {
            switch kind {
            case .members(let inner), .membersOrNull(let inner): all.formUnion(names(inner).map { "\(name).\($0)" })
            default: break
            }
        }
        return all
    }

    /// What of `object` is not as it must be.
    static func problems(_ object: [String: Any], _ expected: [String: Kind]) -> [String] {
        expected.compactMap { name, kind in
            guard let value = object[name] else { return "\(name) is missing" }
            return kind.matches(value) ? nil : "\(name) is \(value), not of the kind \(kind)"
        }
    }
}

extension ContractFixture.Kind {
    func matches(_ value: Any) -> Bool {
        switch self {
        case .anything: return true
        case .null: return value is NSNull
        case .text: return value is String
        case .texts: return value is [String]
        case .members(let members):
            return (value as? [String: Any]).map { ContractFixture.problems($0, members).isEmpty } ?? false
        case .membersOrNull(let members): return value is NSNull || Self.members(members).matches(value)
        case .object: return value is [String: Any]
        case .objects: return value is [[String: Any]]
        case .uuid: return (value as? String).flatMap { UUID(uuidString: $0) } != nil
        case .bool: return value is Bool
        case .number: return value is NSNumber
        case .integer: return (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
        case .time:
            guard let text = value as? String else { return false }
            return text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z/#) != nil
        }
    }
}
