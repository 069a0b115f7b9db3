import FStore
import Testing

@testable import FStoreCommand

@Suite("--feature")
struct FeatureColumnTests {
    @Test(arguments: [
        ("wind", "wind", "wind", ValueType?.none), ("wind=WSPD", "wind", "WSPD", nil),
        ("wind:int64", "wind", "wind", .int64),
        ("wind=WSPD:bool", "wind", "WSPD", .bool), ("a:b", "a:b", "a:b", nil), ("a:b:string", "a:b", "a:b", .string),
        ("v=x:vector(3)", "v", "x", .vector(dimension: 3)), ("a\\:float64", "a:float64", "a:float64", nil),
        ("a\\=b=c=d", "a=b", "c=d", nil), ("a\\\\=b", "a\\", "b", nil),
    ])
    func `name, column and type are told apart`(text: String, feature: String, column: String, type: ValueType?) throws
    {
        #expect(try FeatureColumn.parse(text) == FeatureColumn(feature: feature, column: column, type: type))
    }

    @Test(arguments: ["", "=x", "x=", ":float64"])
    func `what names no feature is refused`(text: String) {
        #expect(throws: (any Error).self) { try FeatureColumn.parse(text) }
    }
}
