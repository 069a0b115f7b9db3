import FStoreTestSupport
import Synchronization
import Testing

@testable import FStore

/// The story: one write under a clock that was fifty years ahead moved all later commit times there. Reads known at
/// "now" saw nothing any more, and nothing warned.
@Suite("A clock that jumps")
struct ClockJumpTests {
    private static let hour: Int64 = 3_600_000_000_000
    private static let year: Int64 = 31_536_000_000_000_000

    /// A machine whose clock, running time and time server the test sets.
    private final class Machine: Sendable {
        let clock = TestClock(Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        let boot = Atomic<UInt64>(1)
        let uptime = Atomic<Int64>(50_000_000_000)
        let isSynchronized = Atomic<Bool>(false)
        let events = EventList()

        /// Time passes as it should.
        func pass(_ nanoseconds: Int64) {
            clock.advance(nanoseconds)
            uptime.wrappingAdd(nanoseconds, ordering: .relaxed)
        }

        func restart() {
            boot.wrappingAdd(1, ordering: .relaxed)
            uptime.store(1_000_000_000, ordering: .relaxed)
        }

        var options: StoreOptions {
            var options = clock.options
            options.notify = events.add
            options.clockWitness = ClockWitness(
                boot: { self.boot.load(ordering: .relaxed) },
                uptime: { self.uptime.load(ordering: .relaxed) },
                synchronizedTime: {
                    self.isSynchronized.load(ordering: .relaxed) ? self.clock.nanoseconds : nil
                }
            )
            return options
        }
    }

    private struct Fixture {
        let machine = Machine()
        let directory = TemporaryDirectory()
        var store: FeatureStore
        let feature: FeatureHandle

        init(_ change: (inout StoreOptions) -> Void = { _ in }) throws {
            var options = machine.options
            change(&options)
            store = try FeatureStore(directory: directory.path("store"), options: options)
            feature = try store.define(FeatureDefinition(name: "f", type: .int64)).handle
            try put(1)
        }

        @discardableResult
        func put(_ number: Int64) throws(WriteError) -> CommitReceipt {
            try store.put(.int64(number), of: feature, for: entity("e"), at: moment(number))
        }

        mutating func reopen() throws {
            store.close()
            store = try FeatureStore(directory: directory.path("store"), options: machine.options)
        }

        func isRefused(_ number: Int64) throws -> Bool {
            do throws(WriteError) {
                try put(number)
                return false
            } catch .clockJump {
                return true
            }
        }
    }

    @Test func `is refused while the program runs, and taken when it is set right`() throws {
        let fixture = try Fixture()
        fixture.machine.clock.advance(50 * Self.year)
        #expect(try fixture.isRefused(2))
        #expect(throws: WriteError.self) { try fixture.store.define(FeatureDefinition(name: "g")) }
        guard case .clockJump(let jump) = fixture.store.writeObstacle() else {
            Issue.record("nothing is said of the clock")
            return
        }
        #expect(jump.description.contains("fstore clock accept"))
        #expect(try fixture.store.statistics().clockJump == jump)
        // Reading and removing go on.
        #expect(try fixture.store.value(of: fixture.feature, for: entity("e")).value == .int64(1))
        try fixture.store.erase(entity("other"))
        fixture.machine.clock.advance(-50 * Self.year)
        #expect(try !fixture.isRefused(3))
        #expect(fixture.store.writeObstacle() == nil)
        #expect(fixture.machine.events.all == [.clockRefused(jump), .clockBelieved])
    }

    @Test func `is refused at the next start, and taken once it is accepted`() throws {
        var fixture = try Fixture()
        fixture.store.close()
        fixture.machine.clock.advance(2 * Self.hour)
        try fixture.reopen()
        #expect(try fixture.isRefused(2))
        let accepted = try fixture.store.acceptClock()
        #expect(fixture.store.writeObstacle() == nil)
        #expect(try fixture.put(3).commitTime == accepted)
        try fixture.reopen()
        #expect(try !fixture.isRefused(4))
    }

    /// A store that rests is not a clock that jumps.
    @Test func `is not a rest, of which the machine knows how long it was`() throws {
        var fixture = try Fixture()
        fixture.machine.pass(24 * 7 * Self.hour)
        #expect(try !fixture.isRefused(2))
        fixture.store.close()
        fixture.machine.pass(3 * Self.year)
        try fixture.reopen()
        #expect(try !fixture.isRefused(3))
        // Within the hour no question is asked at all.
        fixture.machine.clock.advance(Self.hour - 1)
        #expect(try !fixture.isRefused(4))
    }

    @Test func `is believed after a restart of the machine, up to a year`() throws {
        var fixture = try Fixture()
        fixture.store.close()
        fixture.machine.restart()
        fixture.machine.clock.advance(300 * 24 * Self.hour)
        try fixture.reopen()
        #expect(try !fixture.isRefused(2))
        fixture.store.close()
        fixture.machine.restart()
        fixture.machine.clock.advance(2 * Self.year)
        try fixture.reopen()
        #expect(try fixture.isRefused(3))
        fixture.machine.isSynchronized.store(true, ordering: .relaxed)
        #expect(try !fixture.isRefused(4))
    }

    /// A machine without a battery starts in 1970, and its clock is set right a minute later.
    @Test func `is believed when a time server has set it`() throws {
        let fixture = try Fixture()
        fixture.machine.isSynchronized.store(true, ordering: .relaxed)
        fixture.machine.clock.advance(30 * Self.year)
        #expect(try !fixture.isRefused(2))
    }

    @Test func `does not make retention remove what it should not`() throws {
        let fixture = try Fixture()
        let aging = try fixture.store
            .define(
                FeatureDefinition(name: "aging", type: .int64, retention: Retention(maxAge: .seconds(86_400)))
            )
            .handle
        try fixture.store.put(.int64(1), of: aging, for: entity("e"), at: fixture.machine.clock.now)
        fixture.machine.clock.advance(50 * Self.year)
        #expect(throws: MaintenanceError.self) { try fixture.store.sweep() }
        fixture.machine.clock.advance(-50 * Self.year)
        #expect(try fixture.store.value(of: aging, for: entity("e")).value == .int64(1))
    }

    @Test func `is believed by who asks for that, and by who brings a clock`() throws {
        let careless = try Fixture { $0.maxClockJump = nil }
        careless.machine.clock.advance(50 * Self.year)
        #expect(try !careless.isRefused(2))
        careless.machine.clock.advance(-50 * Self.year)
        #expect(try careless.store.statistics().commitsAhead == .nanoseconds(50 * Self.year))
        let own = try Fixture { $0.clock = $0.clock }
        own.machine.clock.advance(50 * Self.year)
        #expect(try !own.isRefused(2))
    }
}
