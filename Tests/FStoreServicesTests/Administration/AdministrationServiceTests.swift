import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreServices

@Suite("Administration")
struct AdministrationServiceTests {
    @Test func `maintenance of another process counts once the job has run`() async throws {
        let fixture = try await ServicesFixture()
        let other = try await Catalog(directory: fixture.directory.path).audited()
        let job = try #require(fixture.services.jobs.first)
        try await job.run()
        _ = try await other.setMaintenance(message: "elsewhere", by: .commandLine("ann"))
        #expect(fixture.services.state.closure == nil)
        try await job.run()
        #expect(fixture.services.state.closure?.message == "elsewhere")
        #expect(fixture.services.health.report().condition == .maintenance)
        _ = try await other.setMaintenance(message: nil, by: .commandLine("ann"))
        try await job.run()
        #expect(fixture.services.state.closure == nil)
        try other.close()
    }

    @Test func `an old key works beside its successor for 24 hours`() async throws {
        let fixture = try await ServicesFixture()
        let made = try await fixture.services.keys.rotate(fixture.key.id, for: fixture.caller)
        let day: Int64 = 86_400_000_000_000
        #expect(fixture.entry(fixture.code) != nil && fixture.entry(made.code)?.principal.role == .operator)
        #expect(fixture.entry(fixture.code, after: day - 1) != nil)
        #expect(fixture.entry(fixture.code, after: day) == nil)
        #expect(fixture.entry(made.code, after: day) != nil)
    }

    @Test func `a limit of a key counts for whoever has found it before`() async throws {
        let fixture = try await ServicesFixture()
        let before = try #require(fixture.entry(fixture.code))
        let administration = fixture.services.administration
        try await administration.setRateLimits(
            operations: [:],
            keys: [fixture.key.id: .perMinute(3)],
            for: fixture.caller
        )
        #expect(!before.isValid(at: fixture.clock.nanoseconds))
        #expect(fixture.entry(fixture.code)?.quota == .perMinute(3))
    }

    @Test func `what is no operation, or needs no credential, gets no limit`() async throws {
        let fixture = try await ServicesFixture()
        fixture.services.limits.register([
            OperationLimits.Operation(id: "health", rule: AccessRule(access: .open, rate: .exempt))
        ])
        let administration = fixture.services.administration
        await #expect(throws: AdministrationService.Refusal.unknownOperation("nothing")) {
            try await administration.setRateLimits(
                operations: ["nothing": .perMinute(1)],
                keys: [:],
                for: fixture.caller
            )
        }
        await #expect(throws: AdministrationService.Refusal.openOperation("health")) {
            try await administration.setRateLimits(
                operations: ["health": .perMinute(1)],
                keys: [:],
                for: fixture.caller
            )
        }
    }

    @Test func `the status counts seconds, bytes and shares of a processor`() async throws {
        let fixture = try await ServicesFixture()
        fixture.monotonic.advance(90_000_000_000)
        let status = await fixture.services.systemStatus.status(for: fixture.caller)
        #expect(status.uptimeSeconds == 90 && status.condition == .healthy && status.obstacle == nil)
        #expect(status.values.problem == nil && status.catalog.problem == nil)
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        let bytes = try #require(status.residentBytes)
        #expect((pages * 4096 / 4...pages * 4096 * 4).contains(bytes))
        fixture.store.close()
        let closed = await fixture.services.systemStatus.status(for: fixture.caller)
        #expect(closed.values.problem?.hasPrefix("the values cannot be read") == true && closed.condition == .unhealthy)
    }

    @Test func `the share of a processor is that of the last two intervals`() {
        let meter = ProcessorMeter(at: 0)
        let second: UInt64 = 1_000_000_000
        meter.note(100, at: 10 * second)
        meter.note(101, at: 15 * second)
        meter.note(103, at: 20 * second)
        // 5 seconds on processors in 8 seconds.
        #expect(meter.percent(106, at: 23 * second) == 62.5)
        #expect(meter.percent(106, at: 15 * second) == 0)
    }

    @Test func `hits and look-ups of all event loops add up`() {
        let statistics = CacheStatistics()
        #expect(statistics.reading.hitRate == 0)
        let (first, second) = (statistics.tally(), statistics.tally())
        for _ in 0..<3 { first.hit() }
        second.miss()
        #expect(statistics.reading == CacheStatistics.Reading(hits: 3, lookups: 4))
        #expect(statistics.reading.hitRate == 0.75)
    }
}
