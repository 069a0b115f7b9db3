import FStore
import Testing

@testable import FStoreConnectors

@Suite("Lines of the usual form")
struct PlainObjectTests {
    /// What the full reader makes of a text, if it is an object; `nil` where it refuses.
    private static func members(_ text: [UInt8]) -> [JSONMember]? {
        guard case .object(let members) = try? JSONValue(text) else { return nil }
        return members
    }

    private static func plain(_ text: [UInt8]) -> [JSONMember]? {
        let object = PlainObject()
        guard object.scan(text.span) else { return nil }
        return object.members.map { member in
            let value = String(decoding: text[member.value], as: UTF8.self)
            let json: JSONValue =
                switch member.kind {
                case .string: .string(value)
                case .number: .number(value)
                case .yes: .bool(true)
                case .no: .bool(false)
                case .null: .null
                }
            return JSONMember(name: String(decoding: text[member.name], as: UTF8.self), value: json)
        }
    }

    @Test(arguments: [
        "{}", " { } \n", "{\"a\":1}", "{\"a\":-0.5e+10,\"b\":\"é\",\"c\":true,\"d\":false,\"e\":null}\r\n",
        "{\"\":\"\"}",
        "\t{ \"a\" : \"x y\" , \"b\" : 0 }",
    ])
    func `a plain line has the members that the full reader finds`(text: String) throws {
        let found = try #require(Self.plain(Array(text.utf8)))
        #expect(found == Self.members(Array(text.utf8)))
    }

    /// Bytes are exchanged, inserted and removed at random: what is taken must be what the full reader takes.
    @Test func `no line is taken that the full reader would refuse or read otherwise`() {
        var generator = SystemRandomNumberGenerator()
        let seeds = [
            #"{"entity_id":"a","value":-1.5e3,"timestamp":"2024-01-01T00:00:00Z"}"#,
            #"{"a":true,"b":null,"c":"é\n","a":1}"#,
            #"{"a":[1],"b":{"c":0.10},"d":01}"#,
        ]
        .map { Array($0.utf8) }
        let pieces = Array("{}[]:,\"\\0123456789.eE+-tfnaul \u{1}é".utf8) + [0xC3, 0xFF]
        var taken = 0
        for _ in 0..<200_000 {
            var text = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &generator)
                let piece = pieces.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...2, using: &generator) {
                case 0: text[place] = piece
                case 1: text.insert(piece, at: place)
                default: text.remove(at: place)
                }
            }
            if let found = Self.plain(text) {
                taken += 1
                if found != Self.members(text) { Issue.record("\(String(decoding: text, as: UTF8.self))") }
            }
        }
        #expect(taken > 1000)
    }
}
