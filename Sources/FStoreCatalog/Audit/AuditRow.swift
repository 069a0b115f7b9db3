internal import FStoreSecurity
internal import GRDB

/// An entry as the table `audit` holds it, and the bytes of it that the chain covers.
struct AuditRow {
    /// All columns in the order of the table; the last one is the link.
    static let columns = """
        seq, organization_id, time, action, actor, actor_name, credential, address, request_id, target, details, link
        """

    /// What stands in the columns, the link left out.
    let values: [DatabaseValue]

    init(_ values: [(any DatabaseValueConvertible)?]) {
        self.values = values.map { value in
            guard let text = value as? String else { return value?.databaseValue ?? .null }
            // SQLite's interface ends a text at its first NUL: what is linked must be what is stored.
            return text.replacing("\0", with: "\u{2400}").databaseValue
        }
    }

    /// A row of the table.
    init(_ row: Row) {
        values = Array(row.databaseValues.dropLast())
    }

    /// The number of the entry; 0 when there is none in its place.
    var seq: Int64 { values.first.flatMap { Int64.fromDatabaseValue($0) } ?? 0 }

    /// What the chain links: each value with its type, and texts with their length, so that no two entries have the
    /// same bytes.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for value in values {
            switch value.storage {
            case .null: bytes.append(0)
            case .int64(let number):
                bytes.append(1)
                bytes.append(bigEndian: number)
            case .string(let text):
                bytes.append(2)
                bytes.append(bigEndian: Int64(text.utf8.count))
                bytes += text.utf8
            // No column holds these. One that does all the same has been tampered with, and fits no link.
            case .double, .blob: bytes.append(3)
            }
        }
        return bytes
    }

    /// The link of the entry behind one with the link `previous`.
    func link(after previous: [UInt8], in chain: AuditChain) -> [UInt8] {
        chain.link(after: previous, entry: bytes)
    }
}

/// A place in the trail: the number of an entry, and its link. It fixes all entries up to there.
package struct AuditPlace: Sendable, Hashable {
    /// Where a trail begins: in front of entry 1.
    static let beginning = AuditPlace(seq: 0, link: AuditChain.beginning)

    package let seq: Int64
    /// 32 bytes.
    package let link: [UInt8]

    package init(seq: Int64, link: [UInt8]) {
        self.seq = seq
        self.link = link
    }
}

/// A signed place: `head` is the newest entry, so that an end that was cut off is noticed; `anchor` the last entry that
/// was pruned, or the last one that another key has linked.
struct AuditMark {
    enum Name: String {
        case head, anchor
    }

    let name: Name
    let place: AuditPlace
    let time: UnixNanoseconds
    private let signature: [UInt8]

    /// The mark in the table; `nil` when there is none.
    init?(_ name: Name, in database: Database) throws {
        let sql = "SELECT seq, link, signature, time FROM audit_marks WHERE name = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [name.rawValue]) else { return nil }
        let link = Blob.fromDatabaseValue(row["link"])?.bytes ?? []
        self.name = name
        // A link of another length comes from outside: it becomes one that nothing follows.
        place = AuditPlace(
            seq: Int64.fromDatabaseValue(row["seq"]) ?? 0,
            link: link.count == AuditChain.byteCount ? link : AuditChain.beginning
        )
        time = Int64.fromDatabaseValue(row["time"]) ?? 0
        signature = Blob.fromDatabaseValue(row["signature"])?.bytes ?? []
    }

    /// A new mark, signed.
    init(_ name: Name, at place: AuditPlace, time: UnixNanoseconds, by chain: AuditChain) {
        self.name = name
        self.place = place
        self.time = time
        signature = chain.mark(name.rawValue, Self.bytes(place, time))
    }

    /// Whether the key of `chain` has signed it, as it is now.
    func isSigned(by chain: AuditChain) -> Bool {
        chain.isMark(signature, of: name.rawValue, Self.bytes(place, time))
    }

    func store(in database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO audit_marks (name, seq, link, signature, time) VALUES (?, ?, ?, ?, ?)",
            arguments: [name.rawValue, place.seq, Blob(place.link), Blob(signature), time]
        )
    }

    private static func bytes(_ place: AuditPlace, _ time: UnixNanoseconds) -> [UInt8] {
        var bytes = place.link
        bytes.append(bigEndian: place.seq)
        bytes.append(bigEndian: time)
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
