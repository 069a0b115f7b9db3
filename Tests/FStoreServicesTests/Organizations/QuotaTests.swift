import FStoreCatalog
import FStoreTestSupport
import Testing

@testable import FStoreServices

@Suite("Quotas of organizations")
struct QuotaTests {
    private static let second: UInt64 = 1_000_000_000
    private let directory = TemporaryDirectory()
    private let catalog: Catalog
    private let table = QuotaTable()

    init() async throws {
        catalog = try await Catalog(directory: directory.path).audited()
        for name in ["first", "second"] { _ = try await catalog.createOrganization(name: name, by: .server) }
    }

    private func limit(bytes: Int64? = nil, writes: Int64? = nil, tier: OrganizationTier = .standard) async throws {
        var update = OrganizationUpdate()
        update.maxStoredBytes = .some(bytes)
        update.maxWritesPerSecond = .some(writes)
        update.tier = tier
        _ = try await catalog.updateOrganization(2, update: update, by: .server)
        table.replace(with: try await catalog.organizations(), reading: table.beginReading())
    }

    @Test func `nobody is limited until somebody is, and then nobody else`() async throws {
        #expect(table.meter(of: 2) == nil)
        try await limit(writes: 5)
        #expect(table.meter(of: 2) != nil && table.meter(of: 1) == nil)
        try await limit(writes: 5, tier: .unlimited)
        #expect(table.meter(of: 2) == nil)
    }

    @Test func `so many values a second, and as many again a second later`() async throws {
        try await limit(writes: 5)
        let meter = try #require(table.meter(of: 2))
        let start: UInt64 = 7 * Self.second
        for _ in 0..<5 { try meter.admit(values: 1, bytes: 10, at: start) }
        let refusal = #expect(throws: QuotaRefusal.self) { try meter.admit(values: 1, bytes: 10, at: start) }
        guard case .writes(limit: 5, let retry) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(throws: QuotaRefusal.self) { try meter.check(at: start) }
        #expect((1...Self.second / 5).contains(retry))
        try meter.check(at: start + retry)
        try meter.admit(values: 1, bytes: 10, at: start + retry)
        #expect(throws: QuotaRefusal.self) { try meter.check(at: start + retry) }
        // A long silence saves up one second, not more.
        let later = start + 100 * Self.second
        for _ in 0..<5 { try meter.admit(values: 1, bytes: 10, at: later) }
        #expect(throws: QuotaRefusal.self) { try meter.check(at: later) }
    }

    @Test func `a batch is let in whole, and what it takes beyond has to pass`() async throws {
        try await limit(writes: 10)
        let meter = try #require(table.meter(of: 2))
        try meter.admit(values: 1000, bytes: 0, at: 0)
        #expect(throws: QuotaRefusal.self) { try meter.check(at: 98 * Self.second) }
        try meter.check(at: 100 * Self.second)
        // A reload keeps what is used; another number begins anew.
        table.replace(with: try await catalog.organizations(), reading: table.beginReading())
        #expect(table.meter(of: 2) === meter)
        try await limit(writes: 11)
        #expect(table.meter(of: 2) !== meter)
    }

    @Test func `bytes are limited by what was counted and what was written since`() async throws {
        try await catalog.noteStoredBytes(600, ofOrganization: 2)
        try await limit(bytes: 1000)
        let meter = try #require(table.meter(of: 2))
        #expect(meter.storedBytes == 600)
        try meter.admit(values: 3, bytes: 300, at: 0)
        #expect(throws: QuotaRefusal.storedBytes(limit: 1000, stored: 900)) {
            try meter.admit(values: 1, bytes: 101, at: 0)
        }
        // Deleting is always possible.
        try meter.admit(values: 1, bytes: nil, at: 0)
        let begin = meter.beginCount()
        try meter.admit(values: 1, bytes: 100, at: 0)
        #expect(throws: QuotaRefusal.storedBytes(limit: 1000, stored: 1000)) { try meter.check(at: 0) }
        meter.counted(50, since: begin)
        #expect(meter.storedBytes == 150)
        // What is used stays when the number changes.
        try await limit(bytes: 2000)
        #expect(table.meter(of: 2)?.storedBytes == 150)
    }
}
