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
