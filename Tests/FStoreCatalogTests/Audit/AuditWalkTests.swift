import FStoreSecurity
import FStoreTestSupport
import GRDB
import Testing

@testable import FStoreCatalog

/// Whoever can write the file changes the trail behind the program's back; the key is elsewhere.
@Suite("The chain of the audit trail")
struct AuditWalkTests {
    /// Ten entries, of which the fixture has made four.
    private static func trail() async throws -> CatalogFixture {
        let fixture = try await CatalogFixture()
        for number in 5...10 { try await fixture.key("key \(number)") }
        #expect(try await fixture.catalog.verifyAudit().entries == 10)
        return fixture
    }

    private static func tamper(_ fixture: CatalogFixture, _ sql: String) async throws {
        try await DatabaseQueue(path: fixture.catalog.path).write { try $0.execute(sql: sql) }
    }

    private static func problem(_ fixture: CatalogFixture) async throws -> AuditProblem? {
        try await fixture.catalog.verifyAudit().problem
    }

    @Test func `a trail that nobody has touched is sound, and has numbers without gaps`() async throws {
        let fixture = try await Self.trail()
        let found = try await fixture.catalog.verifyAudit()
        #expect(found.isSound && found.prunedThrough == 0 && found.head?.seq == 10)
        let entries = try await fixture.catalog.auditEntries(AuditFilter(), limit: 100)
        #expect(entries.map(\.seq) == Array((1...10).reversed()))
    }

    @Test(arguments: [
        "organization_id = organization_id + 1", "time = time + 1", "action = 'key.creatf'", "actor = 1",
        "actor_name = 'servfr'", "credential = 'key_x'", "address = '127.0.0.1'", "request_id = ''",
        "target = target || ' '", "details = replace(details, '7', '8')", "organization_id = NULL",
        "link = zeroblob(32)", "link = x''",
    ])
    func `a column that is changed names the entry`(change: String) async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(fixture, "UPDATE audit SET \(change) WHERE seq = 7")
        #expect(try await Self.problem(fixture) == .changed(seq: 7))
        #expect(AuditProblem.changed(seq: 7).description.hasPrefix("entry 7 was changed"))
    }

    @Test func `one bit of any link names the entry`() async throws {
        let fixture = try await Self.trail()
        let queue = try DatabaseQueue(path: fixture.catalog.path)
        for seq in 1...10 {
            let link = try await queue.write { database in
                let link = try #require(
                    try Blob.fetchOne(database, sql: "SELECT link FROM audit WHERE seq = ?", arguments: [seq])
                )
                var bytes = link.bytes
                bytes[seq % 32] ^= 1
                let sql = "UPDATE audit SET link = ? WHERE seq = ?"
                try database.execute(sql: sql, arguments: [Blob(bytes), seq])
                return link.bytes
            }
            #expect(try await Self.problem(fixture) == .changed(seq: Int64(seq)))
            try await queue.write { database in
                let sql = "UPDATE audit SET link = ? WHERE seq = ?"
                try database.execute(sql: sql, arguments: [Blob(link), seq])
            }
        }
        #expect(try await Self.problem(fixture) == nil)
    }

    @Test func `an entry that is dropped is missed`() async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(fixture, "DELETE FROM audit WHERE seq IN (4, 5)")
        #expect(try await Self.problem(fixture) == .missing(from: 4, through: 5))
        let first = try await Self.trail()
        try await Self.tamper(first, "DELETE FROM audit WHERE seq = 1")
        #expect(try await Self.problem(first) == .missing(from: 1, through: 1))
    }

    @Test func `an entry that is dropped, with the numbers behind it moved up, is missed`() async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(
            fixture,
            """
            DELETE FROM audit WHERE seq = 4;
            CREATE TEMP TABLE moved AS SELECT * FROM audit WHERE seq > 4;
            DELETE FROM audit WHERE seq > 4;
            UPDATE moved SET seq = seq - 1;
            INSERT INTO audit SELECT * FROM moved;
            """
        )
        #expect(try await Self.problem(fixture) == .changed(seq: 4))
    }

    @Test func `two entries that are swapped name the first`() async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(
            fixture,
            """
            CREATE TEMP TABLE both AS SELECT * FROM audit WHERE seq IN (6, 7);
            DELETE FROM audit WHERE seq IN (6, 7);
            UPDATE both SET seq = 13 - seq;
            INSERT INTO audit SELECT * FROM both;
            """
        )
        #expect(try await Self.problem(fixture) == .changed(seq: 6))
    }

    @Test func `an end that is cut off is missed, and stays missed when the trail goes on`() async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(fixture, "DELETE FROM audit WHERE seq > 8")
        #expect(try await Self.problem(fixture) == .cutOff(from: 9, through: 10))
        try await fixture.key("later")
        #expect(try await Self.problem(fixture) == .missing(from: 9, through: 10))
        try await Self.tamper(fixture, "DELETE FROM audit")
        #expect(try await Self.problem(fixture) == .cutOff(from: 1, through: 11))
    }

    @Test(arguments: [
        "DELETE FROM audit_marks",
        "UPDATE audit_marks SET seq = 8, link = (SELECT link FROM audit WHERE seq = 8)",
        "UPDATE audit_marks SET signature = zeroblob(32)", "UPDATE audit_marks SET time = time - 1",
    ])
    func `an end that is cut off together with its mark is missed`(change: String) async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(fixture, "\(change); DELETE FROM audit WHERE seq > 8")
        #expect(try await Self.problem(fixture) == .headChanged(seq: 8))
        // What comes next does not heal it.
        let restarted = try await fixture.key("later")
        let through: Int64 = change.contains("seq = 8") || change.contains("DELETE") ? 8 : 10
        let found = try await fixture.catalog.verifyAudit()
        #expect(found.problem == .unproven(from: 1, through: 8))
        let entries = try await fixture.catalog.auditEntries(AuditFilter(), limit: 2)
        #expect(entries.map(\.action) == ["key.create", "audit.restart"])
        #expect(entries[0].target == restarted.id && entries[0].seq == through + 2)
        #expect(entries[1].details == #"{"unproven_through":"\#(through)"}"#)
    }

    @Test func `an entry that is added without the key is noticed`() async throws {
        let fixture = try await Self.trail()
        try await Self.tamper(
            fixture,
            "INSERT INTO audit SELECT 11, organization_id, time, action, actor, actor_name, credential, address, "
                + "request_id, target, details, link FROM audit WHERE seq = 10"
        )
        #expect(try await Self.problem(fixture) == .changed(seq: 11))
    }

    @Test func `an older state of the whole file shows beside a link that was kept elsewhere`() async throws {
        let fixture = try await Self.trail()
        let seen = try #require(try await fixture.catalog.auditHead())
        let old = fixture.directory.path("old")
        try await fixture.catalog.backup(to: old)
        let last = try await fixture.key("later")
        let newest = try #require(try await fixture.catalog.auditHead())
        #expect(last.name == "later" && newest.seq == 11)
        #expect(try await fixture.catalog.verifyAudit(seen: seen).isSound)
        #expect(try await fixture.catalog.verifyAudit(seen: newest).isSound)

        let back = try await Catalog(path: old).audited()
        #expect(try await back.verifyAudit().isSound)
        #expect(try await back.verifyAudit(seen: newest).problem == .notAsSeen(seq: 11))
    }

    @Test func `no two entries have the same bytes`() {
        func bytes(_ values: (any DatabaseValueConvertible)?...) -> [UInt8] { AuditRow(values).bytes }
        let all = [
            bytes("a", "bc"), bytes("ab", "c"), bytes("abc"), bytes("abc", ""), bytes("abc", nil), bytes(nil, "abc"),
            bytes(1), bytes("1"), bytes(256), bytes(1, 0), bytes(0, 1), bytes(0.5), bytes(nil, nil), bytes(nil),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func `a text with a NUL is linked as it is stored`() async throws {
        let fixture = try await CatalogFixture()
        try await fixture.catalog.note(.entityErase, "a\0b", details: [("x", "\0\u{1}\"\\é")], by: .server)
        #expect(try await Self.problem(fixture) == nil)
        let entry = try #require(try await fixture.catalog.auditEntries(AuditFilter(), limit: 1).first)
        #expect(entry.target == "a\u{2400}b" && entry.details == #"{"x":"\u0000\u0001\"\\é"}"#)
    }
}
