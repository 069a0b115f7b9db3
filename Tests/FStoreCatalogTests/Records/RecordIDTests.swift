import Testing

@testable import FStoreCatalog

@Suite("Ids")
struct RecordIDTests {
    /// Computed by hand from the 128 bits: 26 groups of five.
    @Test func `an id has the form of a ULID`() {
        let none = RecordID.make("key", at: 0, random: [UInt8](repeating: 0, count: 10))
        #expect(none == "key_" + String(repeating: "0", count: 26))
        let last = RecordID.make("key", at: 0, random: [UInt8](repeating: 255, count: 10))
        #expect(last == "key_0000000000" + String(repeating: "Z", count: 16))
        // The example of the ULID specification: 1469918176385 ms are 01ARYZ6S41.
        let example = RecordID.make("source", at: 1_469_918_176_385_999_999, random: [UInt8](repeating: 0, count: 10))
        #expect(example == "source_01ARYZ6S41" + String(repeating: "0", count: 16))
    }

    @Test func `later ids sort behind earlier ones`() {
        let ids = (0..<100).map { RecordID.make("key", at: 1_700_000_000_000_000_000 + $0 * 1_000_000) }
        #expect(ids == ids.sorted())
    }
}
