import FStoreTestSupport
import Testing

@testable import FStoreWire

/// Eight bytes are looked at together; these tests look at them one by one.
@Suite struct SpanTextTests {
    /// Texts of 0 to 40 bytes, mostly plain, in which each byte value stands at each offset of a word.
    private static let samples: [[UInt8]] = (0..<256)
        .flatMap { value in
            (0..<9)
                .map { offset in
                    var text = (0..<UInt8.random(in: 12...40)).map { _ in UInt8.random(in: 0x41...0x5A) }
                    text[offset] = UInt8(value)
                    // A second one behind it: what stands above the first must not matter.
                    text[offset + 2] = UInt8.random(in: 0...255)
                    return text
                }
        }

    private func expect(
        _ count: (Span<UInt8>, Int) -> Int,
        toStopAt stops: (UInt8) -> Bool
    ) {
        for text in Self.samples {
            for start in 0...min(3, text.count) {
                let expected = text[start...].prefix { !stops($0) }.count
                let counted = count(text.span, start)
                #expect(counted == expected, "\(text) from \(start)")
            }
        }
        let none: [UInt8] = []
        let counted = count(none.span, 0)
        #expect(counted == 0)
    }

    @Test func `a plain string ends before a quote, a backslash or a control character`() {
        expect({ $0.plainCount(from: $1) }) { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }
    }

    @Test func `the value of a header ends before a control character`() {
        expect({ $0.valueCount(from: $1) }) { $0 < 0x20 || $0 == 0x7F }
    }

    @Test func `a target ends before what must be encoded, and before its query`() {
        expect({ $0.targetCount(from: $1) }) { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x23 || $0 == 0x3F }
    }

    private func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.span.isEqual(to: right.span) }

    @Test func `texts of any length are equal to themselves and to no other`() {
        for length in 0...40 {
            let text = (0..<length).map { UInt8($0) }
            #expect(areEqual(text, text.map { $0 }))
            #expect(!areEqual(text, text + [0]))
            for index in text.indices {
                var other = text
                other[index] ^= 0x80
                #expect(!areEqual(text, other))
            }
        }
    }
}
