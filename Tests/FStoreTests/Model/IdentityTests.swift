import FStore
import Testing

@Suite("Names and types")
struct IdentityTests {
    @Test func `entities are compared byte for byte`() throws {
        let composed: EntityID = "caf\u{E9}"
        let decomposed: EntityID = "cafe\u{301}"
        #expect("caf\u{E9}" == "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        try fixture.store.put(.int64(1), of: feature, for: composed, at: moment(1))
        #expect(try fixture.store.value(of: feature, for: decomposed).status == .missing)
    }

    @Test func `entities may be literals`() throws {
        let name = "JFK"
        #expect(try EntityID(name) == "JFK")
        #expect(("Zürich" as EntityID).byteCount == 7)
    }

    @Test func `features are named byte for byte`() throws {
        let fixture = try StoreFixture()
        try fixture.store.define(FeatureDefinition(name: "caf\u{E9}"))
        try fixture.store.define(FeatureDefinition(name: "cafe\u{301}"))
        #expect(try fixture.store.features().total == 2)
        #expect(try fixture.store.feature(named: "caf\u{E9}")?.name.utf8.count == 5)
    }

    @Test(arguments: ["a\u{0}b", "tab\there", "line\n", "del\u{7F}", "7f1b0c1e-0000-4000-8000-00000000ABCD"])
    func `some names cannot be a feature's`(name: String) throws {
        let fixture = try StoreFixture()
        #expect {
            try fixture.store.define(FeatureDefinition(name: name))
        } throws: { error in
            if case WriteError.invalidName(name, _) = error { true } else { false }
        }
    }

    @Test func `feature identities come back from their text`() throws {
        let fixture = try StoreFixture()
        let id = try fixture.store.define(FeatureDefinition(name: "f")).id
        let text = id.description
        #expect(text.utf8.count == 36 && text.utf8.dropFirst(14).first == UInt8(ascii: "4"))
        #expect(FeatureID(text) == id)
        #expect(FeatureID(text.uppercased()) == id)
        for broken in ["", text + "0", String(text.dropLast()), text.replacing("-", with: "_"), "g" + text.dropFirst()]
        {
            #expect(FeatureID(broken) == nil)
        }
    }

    @Test func `types come back from their text`() {
        let types: [ValueType] = [
            .float64, .int64, .bool, .string, .bytes, .timestamp, .vector(dimension: 1), .vector(dimension: 16_384),
            .json,
        ]
        for type in types { #expect(ValueType(type.description) == type) }
        for text in ["", "double", "vector", "vector(0)", "vector(16385)", "vector(x)", "FLOAT64"] {
            #expect(ValueType(text) == nil)
        }
    }
}
