import FStore
import Testing

@Suite("Values")
struct ValueTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    @Test func `are taken as types of Swift, and as none of another type`() {
        #expect(FeatureValue.float64(1.5).double == 1.5 && FeatureValue.float64(1).int == nil)
        #expect(FeatureValue.int64(7).int == 7 && FeatureValue.int64(7).double == 7)
        // A double would be another number.
        #expect(FeatureValue.int64(1 << 53 + 1).double == nil && FeatureValue.int64(1 << 53 + 1).int == 1 << 53 + 1)
        #expect(FeatureValue.bool(true).bool == true && FeatureValue.string("a").string == "a")
        #expect(FeatureValue.bytes([1]).bytes == [1] && FeatureValue.timestamp(.last).timestamp == .last)
        #expect(FeatureValue.vector([1, 2]).vector == [1, 2] && FeatureValue.json("{}").json == "{}")
        let null = FeatureValue.null
        #expect(null.double == nil && null.int == nil && null.bool == nil && null.string == nil)
        #expect(null.bytes == nil && null.timestamp == nil && null.vector == nil && null.json == nil)
        #expect(FeatureValue.json("\"a\"").string == nil && FeatureValue.string("{}").json == nil)
    }

    @Test func `of every type come back bit for bit, owned and borrowed`() throws {
        let values: [FeatureValue] = [
            .float64(-0.0), .float64(.greatestFiniteMagnitude), .float64(.leastNonzeroMagnitude), .int64(.min),
            .int64(.max),
            .bool(true),
            .bool(false), .string(""), .string("日本\u{0}e\u{301}"), .bytes([]), .bytes([0, 255]), .timestamp(.earliest),
            .timestamp(.last), .vector([1, -0.0, .leastNonzeroMagnitude]), .json("[]"), .json("{\"a\":[1,null,\"x\"]}"),
        ]
        for (number, value) in values.enumerated() {
            let feature = try fixture.feature("f\(number)")
            try store.put(value, of: feature, for: entity("e"), at: moment(1))
            #expect(try store.value(of: feature, for: entity("e")).value == value)
            #expect(try store.feature(named: "f\(number)")?.type == value.type)
            try store.read { snapshot throws(ReadError) in
                let answer = try snapshot.value(of: feature, for: entity("e"))
                guard let view = answer.value else {
                    Issue.record("\(value) is missing")
                    return
                }
                #expect(view.type == value.type)
                Self.compare(view, value)
            }
        }
    }

    private static func compare(_ view: borrowing ValueView, _ value: FeatureValue) {
        switch value {
        case .null: Issue.record("null has no view")
        case .float64(let number): #expect(view.float64?.bitPattern == number.bitPattern)
        case .int64(let number): #expect(view.int64 == number)
        case .bool(let flag): #expect(view.bool == flag)
        case .timestamp(let time): #expect(view.timestamp == time)
        case .string(let text), .json(let text):
            var bytes: [UInt8] = []
            if let utf8 = view.utf8 { for index in utf8.indices { bytes.append(utf8[index]) } }
            #expect(bytes == Array(text.utf8))
        case .bytes(let expected): #expect(view.bytes?.byteCount == expected.count)
        case .vector(let elements):
            let dimension = view.dimension ?? 0
            #expect((0..<dimension).map { view.element($0).bitPattern } == elements.map(\.bitPattern))
        }
        if case .float64 = value {} else { #expect(view.float64 == nil) }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `that are not finite are refused`(number: Double) throws {
        let feature = try fixture.feature("f", .float64)
        #expect(throws: WriteError.notFinite("\(number)")) {
            try store.put(.float64(number), of: feature, for: entity("e"), at: moment(1))
        }
        let vector = try fixture.feature("v", .vector(dimension: 2))
        #expect(throws: WriteError.notFinite("\(number)")) {
            try store.put(.vector([1, Float(number)]), of: vector, for: entity("e"), at: moment(1))
        }
    }

    @Test func `that are integers go into float64 features as long as no digit is lost`() throws {
        let feature = try fixture.feature("f", .float64)
        for integer: Int64 in [0, -7, 1 << 53, -(1 << 53)] {
            try store.put(.int64(integer), of: feature, for: entity("e"), at: moment(1))
            #expect(try store.value(of: feature, for: entity("e")).value == .float64(Double(integer)))
        }
        for integer: Int64 in [1 << 53 + 1, -(1 << 53) - 1, .max, .min] {
            #expect(throws: WriteError.inexactInteger(feature: "f", value: integer, cell: 0)) {
                try store.put(.int64(integer), of: feature, for: entity("e"), at: moment(1))
            }
        }
    }

    @Test func `of another type are refused with the feature, both types and the cell`() throws {
        let feature = try fixture.feature("speed", .int64)
        let refused = WriteError.wrongType(feature: "speed", expected: .int64, given: .float64, cell: 1)
        var batch = WriteBatch()
        try batch.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
        try batch.put(.float64(1), of: feature, for: entity("e"), at: moment(2))
        do {
            try store.write(batch)
            Issue.record("a float64 was taken for an int64")
        } catch {
            #expect(error == refused)
            #expect(error.description == "cell 1: the feature \"speed\" takes int64; float64 was given")
        }
        #expect(try store.value(of: feature, for: entity("e")).status == .missing)
    }

    @Test func `fix the type of a feature that has none, and its dimension`() throws {
        let feature = try fixture.feature("f")
        try store.put(.null, of: feature, for: entity("e"), at: moment(1))
        #expect(try store.feature(named: "f")?.type == nil)
        try store.put(.vector([1, 2]), of: feature, for: entity("e"), at: moment(2))
        #expect(try store.feature(named: "f")?.type == .vector(dimension: 2))
        let given = ValueType.vector(dimension: 3)
        #expect(throws: WriteError.wrongType(feature: "f", expected: .vector(dimension: 2), given: given, cell: 0)) {
            try store.put(.vector([1, 2, 3]), of: feature, for: entity("e"), at: moment(3))
        }
    }

    @Test func `of two types for a feature without one are refused together, and fix nothing`() throws {
        let feature = try fixture.feature("f")
        var batch = WriteBatch()
        try batch.put(.bool(true), of: feature, for: entity("e"), at: moment(1))
        try batch.put(.string("x"), of: feature, for: entity("e"), at: moment(2))
        do {
            try store.write(batch)
            Issue.record("two types were taken")
        } catch {
            #expect(error == .wrongType(feature: "f", expected: .bool, given: .string, cell: 1))
        }
        #expect(try store.feature(named: "f")?.type == nil)
    }

    @Test(arguments: [
        ("{\"a\": 1, \"b\" :[ true ] }", "{\"a\":1,\"b\":[true]}"), (" \"a b\" ", "\"a b\""), ("-0.5e+10", "-0.5e+10"),
        ("\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\""),
    ])
    func `that are JSON lose their white space`(text: String, stored: String) throws {
        let feature = try fixture.feature("f", .json)
        try store.put(.json(text), of: feature, for: entity("e"), at: moment(1))
        #expect(try store.value(of: feature, for: entity("e")).value == .json(stored))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "01", "1.", ".5", "1e",
        "+1", "NaN",
        "Infinity", "tru", "nul", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\u{1}\"", "1 2", "[1 2]", "{1:2}", "{\"a\"}", "\u{FEFF}1", "[", "]",
    ])
    func `that are no JSON are refused`(text: String) throws {
        let feature = try fixture.feature("f", .json)
        #expect {
            try store.put(.json(text), of: feature, for: entity("e"), at: moment(1))
        } throws: { error in
            if case WriteError.invalidJSON = error { true } else { false }
        }
    }
}
