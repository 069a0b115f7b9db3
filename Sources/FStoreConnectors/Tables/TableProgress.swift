internal import FStore
internal import FStoreText

/// Under which name the store remembers a load, and what must be found there for it to be the same.
///
/// The name is one of a few thousand, and a key that comes later takes the place of one that had the same name: what is
/// remembered has an end.
package struct LoadKey: Hashable, Sendable {
    package let name: String
    package let key: String

    private static let places: UInt64 = 4096

    /// - Parameter space: of whose values.
    package init(_ key: String, space: UInt32) {
        self.key = key
        name = "table/\(space)/\(InputDigest.of(key) % Self.places)"
    }
}

/// How far a table has come, as a bookmark keeps it.
struct TableProgress: Equatable {
    let key: String
    /// A digest of what decides what a row becomes.
    let choices: String
    /// Rows that were read.
    var rows = 0
    var values = 0
    var rejected = 0
    /// The commit before the one that carries this.
    var committed: Timestamp?

    init(key: String, choices: String) {
        self.key = key
        self.choices = choices
    }

    /// Reads what ``bytes`` has written. `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(bytes), case .string(let key) = value["key"],
            case .string(let choices) = value["choices"]
        else { return nil }
        func integer(_ name: String) -> Int? {
            guard case .number(let text) = value[name] else { return nil }
            return Int(text)
        }
        guard let rows = integer("rows"), let values = integer("values"), let rejected = integer("rejected") else {
            return nil
        }
        self.init(key: key, choices: choices)
        (self.rows, self.values, self.rejected) = (rows, values, rejected)
        committed = integer("committed").map { Timestamp(nanoseconds: Int64($0)) }
    }

    /// What the store keeps.
    var bytes: [UInt8] {
        var object = JSONObjectText()
        object.add("key", key)
        object.add("choices", choices)
        object.add("rows", rows)
        object.add("values", values)
        object.add("rejected", rejected)
        if let committed { object.add("committed", committed.nanoseconds) }
        return object.bytes
    }
}
