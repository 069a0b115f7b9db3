internal import FStoreLMDB

/// Bytes in the store that cannot be right. They are reported, never served.
public struct Corruption: Error, Hashable, Sendable, CustomStringConvertible {
    /// The table: `meta`, `features`, `history` or `latest`. Empty when it is a page that cannot be.
    public var table: String
    /// The key of the entry, in hexadecimal digits. Empty when it is a page that cannot be.
    public var key: String
    /// What is wrong.
    public var reason: String

    init(table: StoreTable, key: RawSpan, reason: String) {
        self.table = table.rawValue
        self.key = key.copied
            .map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }
            .joined()
        self.reason = reason
    }

    /// A page that LMDB cannot have written.
    init(page reason: String) {
        (table, key) = ("", "")
        self.reason = reason
    }

    /// A sentence with the table, the key and what is wrong.
    public var description: String {
        table.isEmpty
            ? reason
            : "the entry \(key) of the table \(table) is damaged: \(reason)"
    }
}
