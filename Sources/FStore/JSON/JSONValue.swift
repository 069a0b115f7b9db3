/// One JSON value, with numbers kept as they were written so that no digit is lost.
///
/// Not `indirect`: arrays hold their elements in memory of their own, and a short number then costs 24 bytes and no
/// allocation.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    /// Members in the order of the text; no name occurs twice.
    case object([JSONMember])

    /// Reads a whole text.
    ///
    /// - Parameter maxNodes: values that it may consist of, counting each element and each member.
    package init(_ text: some Collection<UInt8>, maxNodes: Int = .max) throws(JSONError) {
        var reader = JSONReader(bytes: Array(text), maxNodes: maxNodes)
        self = try reader.readDocument()
    }

    /// The member `name` of an object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

/// A name and its value.
package struct JSONMember: Hashable, Sendable {
    package var name: String
    package var value: JSONValue

    package init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// Why a text is not JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The byte at which it was noticed, counted from 0.
    public var offset: Int
    /// What is wrong there.
    public var reason: String
    /// The text may well be JSON; it has more values than the reader was told to take.
    package var hasTooManyNodes = false

    /// A sentence with the place and what is wrong there.
    public var description: String {
        "not valid JSON at byte \(offset): \(reason)"
    }
}
