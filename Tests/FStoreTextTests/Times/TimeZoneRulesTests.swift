import FStore
import FStoreText
import Foundation
import Testing

@Suite("Times of a zone")
struct TimeZoneRulesTests {
    private static let directory = "/usr/share/zoneinfo/"

    private static func rules(_ name: String) throws -> TimeZoneRules {
        try TimeZoneRules(name: name, file: Array(Data(contentsOf: URL(filePath: directory + name))))
    }

    private static func read(_ text: String, _ rules: TimeZoneRules) -> String {
        let bytes = Array(text.utf8)
        do throws(Rejection) {
            return try TimeReader(zone: rules).read(bytes.span).description
        } catch {
            return error.reason
        }
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: directory + "Europe/Zurich")),
        arguments: [
            ("Europe/Zurich", "2024-01-15 12:00", "2024-01-15T11:00:00Z"),
            ("Europe/Zurich", "2024-07-15 12:00", "2024-07-15T10:00:00Z"),
            // Behind the last change that the file lists, the rule counts.
            ("Europe/Zurich", "2150-07-15 12:00", "2150-07-15T10:00:00Z"),
            ("Europe/Zurich", "2150-12-15 12:00", "2150-12-15T11:00:00Z"),
            ("Europe/Zurich", "2024-03-31 01:59:59", "2024-03-31T00:59:59Z"),
            ("Europe/Zurich", "2024-03-31 03:00", "2024-03-31T01:00:00Z"),
            ("Europe/Zurich", "2024-10-27 01:59", "2024-10-26T23:59:00Z"),
            ("Europe/Zurich", "2024-10-27 03:00", "2024-10-27T02:00:00Z"),
            // What has an offset has no need of a zone.
            ("Europe/Zurich", "2024-10-27 02:30+02", "2024-10-27T00:30:00Z"),
            ("Europe/Zurich", "2024-10-27 02:30Z", "2024-10-27T02:30:00Z"),
            ("America/New_York", "2013-01-01 05:00:00", "2013-01-01T10:00:00Z"),
            ("America/New_York", "2100-07-04 00:00", "2100-07-04T04:00:00Z"),
            ("Asia/Kolkata", "2024-01-01 00:00", "2023-12-31T18:30:00Z"),
            ("Australia/Lord_Howe", "2024-01-15 12:00", "2024-01-15T01:00:00Z"),
            ("Europe/Dublin", "2150-07-15 12:00", "2150-07-15T11:00:00Z"),
            ("Pacific/Apia", "2011-12-31 12:00", "2011-12-30T22:00:00Z"),
            ("Europe/Zurich", "1800-01-01 00:00", "1799-12-31T23:25:52Z"),
        ]
    )
    func `a clock's time is the moment at which it was shown`(zone: String, text: String, time: String) throws {
        #expect(Self.read(text, try Self.rules(zone)) == time)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: directory + "Europe/Zurich")))
    func `an hour that came twice or never is refused with the reason`() throws {
        let zurich = try Self.rules("Europe/Zurich")
        let twice = Self.read("2024-10-27 02:30", zurich)
        #expect(twice.contains("was twice in Europe/Zurich") && twice.contains("+02:00 or +01:00"))
        #expect(Self.read("2150-10-25 02:30", zurich).contains("was twice"))
        #expect(Self.read("2024-03-31 02:30", zurich).contains("never was in Europe/Zurich"))
        #expect(Self.read("2011-12-30 12:00", try Self.rules("Pacific/Apia")).contains("never was"))
    }

    @Test func `files that are no rules are refused`() throws {
        for file in [
            [], Array("TZif".utf8), Array(repeating: UInt8(0), count: 200),
            Array("TZif2".utf8) + Array(repeating: 0xFF, count: 100),
        ] {
            #expect(throws: Rejection.self) { try TimeZoneRules(name: "x", file: file) }
        }
        guard let whole = try? Data(contentsOf: URL(filePath: Self.directory + "Europe/Zurich")) else { return }
        for length in stride(from: 0, to: whole.count - 40, by: 7) {
            #expect(throws: Rejection.self) { try TimeZoneRules(name: "x", file: Array(whole.prefix(length))) }
        }
    }
}
