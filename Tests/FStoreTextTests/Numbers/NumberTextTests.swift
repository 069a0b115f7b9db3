import FStoreText
import Testing

@Suite("Numbers from bytes")
struct NumberTextTests {
    static func double(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        return NumberText.double(bytes.span)
    }

    static func integer(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return NumberText.integer(bytes.span)
    }

    @Test(arguments: [
        "", "-", "+", ".", "1.", ".5", "-.5", "+1", "1e5", "1E-5", "0x10", "nan", "inf", "-0", "0.0", "00012", "1_000",
        " 1", "1 ", "1.2.3", "--1", "123456789012345", "1234567890123456", "9007199254740993", "0.1",
        "0.30000000000000004",
        "1e400", "1e-400", "10.357019999999999", "١", "1,5", "-", "1-2",
    ])
    func `a text is the number that the standard library reads`(text: String) {
        #expect(Self.double(text)?.bitPattern == Double(text)?.bitPattern)
    }

    @Test func `random numbers are those that the standard library reads`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100_000 {
            let digits = Int.random(in: 1...18, using: &generator)
            var text = String(UInt64.random(in: 0..<(1 << 62), using: &generator)).prefix(digits).description
            if Bool.random() {
                text.insert(".", at: text.index(text.startIndex, offsetBy: Int.random(in: 0...text.count)))
            }
            if Bool.random() { text = "-" + text }
            #expect(Self.double(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
        for _ in 0..<10_000 {
            let number = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
            if number.isFinite { #expect(Self.double(number.description) == number) }
        }
    }

    @Test(arguments: [
        "0", "-0", "7", "-7", "+7", "", "-", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "1.0",
        "999999999999999999", "-999999999999999999", "1000000000000000000", "1x", " 1", "0012",
    ])
    func `whole numbers are those that the standard library reads`(text: String) {
        #expect(Self.integer(text) == Int64(text))
    }
}
