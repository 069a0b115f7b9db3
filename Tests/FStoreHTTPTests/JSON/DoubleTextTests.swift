import FStoreTestSupport
import Testing

@testable import FStoreHTTP

/// Numbers in answers are written by `ShortestDecimal`, which has to agree with the standard library to the last byte:
/// the slow parts of the program write the same values with `description`.
struct DoubleTextTests {
    private func text(_ number: Double) -> String {
        let buffer = JSONBuffer(capacity: 1)
        buffer.append(number)
        let bytes = buffer.bytes
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    private func expectSame(_ number: Double, _ place: SourceLocation = #_sourceLocation) {
        guard number.isFinite else { return }
        let (found, wanted) = (text(number), number.description)
        if found != wanted { Issue.record("\(found) instead of \(wanted)", sourceLocation: place) }
    }

    @Test(arguments: [
        "0.0", "-0.0", "10.4", "-0.5", "0.30000000000000004", "0.0001", "1.234e-05", "1e-07", "999999999999999.0",
        "1000000000000000.0", "1000000000000000.5", "9007199254740992.0", "9.007199254740994e+15", "1e+16", "1e+22",
        "1e+23", "5e-324", "9.4e-323", "2.2250738585072014e-308", "-1.2345678901234567e-308", "1.7976931348623157e+308",
    ])
    func `known texts`(wanted: String) throws {
        let number = try #require(Double(wanted))
        #expect(text(number) == wanted)
        #expect(number.description == wanted)
    }

    @Test func `every exponent, with fractions at its edges`() {
        let fractions: [UInt64] = [
            0, 1, 2, 3, 1 << 51, (1 << 51) + 1, (1 << 52) - 2, (1 << 52) - 1, 0x5_5555_5555_5555,
        ]
        for exponent in UInt64(0)..<2047 {
            for fraction in fractions { expectSame(Double(bitPattern: exponent << 52 | fraction)) }
        }
    }

    @Test func `every power of ten and its neighbors`() throws {
        for exponent in -323...308 {
            let number = try #require(Double("1e\(exponent)"))
            for near in [number.nextDown, number, number.nextUp] { expectSame(near) }
        }
    }

    @Test func `random bits, fractions, prices and large whole numbers`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the numbers:", seed)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50_000 {
            expectSame(Double(bitPattern: generator.next()))
            expectSame(Double.random(in: -1000...1000, using: &generator))
            expectSame(Double(Int.random(in: -10_000_000...10_000_000, using: &generator)) / 100)
            expectSame(Double(Int64.random(in: -1 << 62...1 << 62, using: &generator)))
            // Below the least normal number the digits become fewer.
            expectSame(Double(bitPattern: UInt64.random(in: 0...1 << 52, using: &generator)))
        }
    }
}
