import FStore
import FStoreText
import Testing

@Suite("Values from text")
struct ValueReaderTests {
    static func read(_ text: String, _ type: ValueType) -> FeatureValue? {
        let bytes = Array(text.utf8)
        return try? ValueReader.read(bytes.span, as: type)
    }

    @Test func `each type reads its own texts`() throws {
        #expect(Self.read("-1.5", .float64) == .float64(-1.5))
        #expect(Self.read("9007199254740992", .float64) == .float64(9_007_199_254_740_992))
        #expect(Self.read("9007199254740993", .int64) == .int64(9_007_199_254_740_993))
        #expect(Self.read("true", .bool) == .bool(true))
        #expect(Self.read("é,\"x\"", .string) == .string("é,\"x\""))
        #expect(Self.read("AP8=", .bytes) == .bytes([0, 255]))
        #expect(Self.read("2013-01-01", .timestamp) == .timestamp(try Timestamp("2013-01-01T00:00:00Z")))
        #expect(Self.read("[1, 2.5]", .vector(dimension: 2)) == .vector([1, 2.5]))
        #expect(Self.read(" {\"a\": [1.00, null]} ", .json) == .json("{\"a\":[1.00,null]}"))
    }

    @Test(arguments: [
        ("nan", ValueType.float64), ("1e999", .float64), ("9007199254740993", .float64), ("x", .float64),
        ("", .float64),
        ("1.5", .int64), ("yes", .bool), ("AP8", .bytes), ("AB==", .bytes), ("[1]", .vector(dimension: 2)),
        ("[1,\"x\"]", .vector(dimension: 2)), ("[1e39,1]", .vector(dimension: 2)), ("{", .json), ("soon", .timestamp),
    ])
    func `what does not fit is refused`(text: String, type: ValueType) {
        #expect(Self.read(text, type) == nil)
    }

    static func reason(_ text: String, _ type: ValueType) -> String? {
        let bytes = Array(text.utf8)
        do throws(Rejection) {
            _ = try ValueReader.read(bytes.span, as: type)
            return nil
        } catch {
            return error.reason
        }
    }

    /// From 2^63 on, integers were rounded silently to the nearest double; below they were refused.
    @Test(arguments: [
        "9007199254740993", "9223372036854775807", "9223372036854775809", "12345678901234567891",
        "18446744073709551615",
        "-9223372036854775809", "9007199254740993.0", "9.007199254740993e15", "9007199254740994",
        "100000000000000000000000", "12345678901234567890123.0",
    ])
    func `whole numbers whose digits a double loses are refused, in text and in JSON`(digits: String) throws {
        #expect(Self.reason(digits, .float64)?.contains("beyond 2^53") == true)
        let json = try JSONValue(digits.utf8)
        #expect(throws: Rejection.self) { try ValueReader.read(json, as: .float64) }
        #expect(throws: Rejection.self) { try ValueReader.read(json) }
    }

    /// `int64` was named for numbers that it does not hold either.
    @Test func `the advice names a type that keeps the digits`() {
        #expect(Self.reason("-9223372036854775808", .float64)?.hasSuffix("a feature of type int64 keeps them") == true)
        #expect(Self.reason("9223372036854775808", .float64)?.hasSuffix("a feature of type string keeps them") == true)
    }

    @Test(arguments: [
        ("9007199254740992", 9_007_199_254_740_992.0), ("-9007199254740992", -9_007_199_254_740_992), ("1e20", 1e20),
        ("1e300", 1e300), ("1e+23", 1e23), ("123456789.123456789123456789", 123_456_789.12345679),
        ("9007199254740992.0", 9_007_199_254_740_992), ("9007199254740992.5", 9_007_199_254_740_992), ("0.1", 0.1),
        ("000000000000000000001", 1), ("-0", -0.0), ("1.7976931348623157e308", .greatestFiniteMagnitude),
    ])
    func `other numbers round to the nearest double, as they must`(digits: String, number: Double) {
        #expect(Self.read(digits, .float64) == .float64(number))
    }

    @Test func `every double is shown as a number that is taken back`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let number = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
            guard number.isFinite else { continue }
            #expect(Self.read(number.description, .float64) == .float64(number))
        }
        for power in 50...70 {
            let number = Double(sign: .plus, exponent: power, significand: 1).nextUp
            #expect(Self.read(number.description, .float64) == .float64(number))
        }
    }

    /// pandas writes a column of integers with a gap as `1.0`, and a large one with an exponent.
    @Test(arguments: [
        ("1.0", 1), ("1e3", 1000), ("-2.50e1", -25), ("9223372036854775807.0", Int64.max), ("0.0", 0), ("-0.0", 0),
        ("9.223372036854775807e18", Int64.max), ("-9223372036854775808.00", Int64.min), ("1000e-3", 1),
        ("0e999999999", 0),
    ])
    func `whole numbers in any notation are integers`(text: String, number: Int64) {
        #expect(Self.read(text, .int64) == .int64(number))
    }

    @Test(arguments: [
        ("1.5", "not a whole number"), ("1e-3", "not a whole number"), ("9223372036854775808", "outside of int64"),
        ("-9223372036854775809", "outside of int64"), ("1e19", "outside of int64"), ("1e999999999", "outside of int64"),
        ("abc", "is not an int64"), ("0x10", "is not an int64"), ("", "is not an int64"),
    ])
    func `what is no integer is refused with the reason`(text: String, part: String) {
        #expect(Self.reason(text, .int64)?.contains(part) == true)
    }

    @Test func `every value is shown as a text that reads back`() {
        let values: [FeatureValue] = [
            .float64(0.1), .float64(-1e-300), .int64(.min), .bool(false), .string("a\"b\n"), .bytes([1, 2, 3, 250]),
            .timestamp(Timestamp(nanoseconds: 1)), .vector([0.1, -3]), .json("[1,{\"a\":null}]"),
        ]
        for value in values {
            guard let type = value.type else { continue }
            #expect(Self.read(value.text, type) == value)
            var json: [UInt8] = []
            JSONText.append(value, to: &json)
            #expect((try? ValueReader.read(JSONValue(json), as: type)) == value)
        }
    }

    @Test func `base64 of every length reads back`() {
        var generator = SystemRandomNumberGenerator()
        for count in 0..<70 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        }
        #expect(Base64.text(Array("foobar".utf8)) == "Zm9vYmFy")
        #expect(Base64.text(Array("fooba".utf8)) == "Zm9vYmE=")
        #expect(Base64.bytes("====") == nil)
        #expect(Base64.bytes("A=BC") == nil)
    }
}
