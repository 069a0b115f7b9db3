import FStore
import FStoreFoundation
import FStoreTestSupport
import Foundation
import Testing

@Suite("Foundation's dates and errors")
struct FoundationTests {
    @Test(arguments: [0, 1, 978_307_200, 1_764_360_000.25, -1, -5_000_000_000.5, 9_223_372_036])
    func `a date becomes its moment and comes back`(seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        let moment = Timestamp(date)
        #expect(moment == Timestamp(nanoseconds: Int64(seconds * 1000) * 1_000_000))
        #expect(Timestamp(exactly: date) == moment)
        #expect(Date(moment) == date)
    }

    @Test func `now is now`() {
        let before = Timestamp.now().advanced(by: .milliseconds(-1))
        let now = Timestamp(Date())
        #expect(before < now && now < Timestamp.now().advanced(by: .milliseconds(1)))
    }

    @Test func `what a moment cannot express is held at its ends, or refused`() {
        for date in [Date.distantFuture, Date(timeIntervalSinceReferenceDate: .infinity)] {
            #expect(Timestamp(date) == .last && Timestamp(exactly: date) == nil)
        }
        for date in [
            Date.distantPast, Date(timeIntervalSinceReferenceDate: -.infinity),
            Date(timeIntervalSinceReferenceDate: .nan), Date(timeIntervalSince1970: -9_223_372_037),
        ] {
            #expect(Timestamp(date) == .earliest && Timestamp(exactly: date) == nil)
        }
        // Dates so far away are exact to a microsecond.
        #expect(Timestamp(Date(.last)) >= Timestamp.last.advanced(by: .microseconds(-1)))
        #expect(Timestamp(Date(.earliest)) <= Timestamp.earliest.advanced(by: .microseconds(1)))
    }

    /// `localizedDescription` said "The operation could not be completed. (FStore.WriteError error 5.)"
    @Test func `localized descriptions are the sentences of the engine`() throws {
        let directory = TemporaryDirectory()
        let store = try FeatureStore(directory: directory.path("store"))
        defer { store.close() }
        let speed = try store.define(FeatureDefinition(name: "wind_speed", type: .float64)).handle
        func message(_ body: () throws -> Void) -> String {
            do {
                try body()
                return ""
            } catch {
                return error.localizedDescription
            }
        }
        #expect(
            message { try store.put(.string("fast"), of: speed, for: "JFK", at: .now()) }
                == #"cell 0: the feature "wind_speed" takes float64; string was given"#
        )
        #expect(message { _ = try FeatureStore(directory: directory.path("store")) }.contains("already open"))
        #expect(message { _ = try EntityID(String()) } == "entityBytes must be 1 to 255; 0 was given")
        #expect(message { _ = try Timestamp("yesterday") }.contains("yesterday"))
        #expect(message { _ = try Spine(entities: [], times: [.now()]) }.contains("0 entities and 1 times"))
        #expect(message { try store.backup(to: directory.path("store")) }.contains("is not empty"))
    }
}
