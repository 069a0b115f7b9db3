import FStore
import Testing

/// Sixteen megabytes of `[0,0,0,…]` took half a gigabyte: what a text costs in memory is the number of its values.
@Suite("The values of a JSON text")
struct JSONNodeTests {
    @Test(arguments: [("0", 1), ("[]", 1), ("[0,0,0]", 4), (#"{"a":{"b":[1,"x",null]},"c":true}"#, 7)])
    func `each element and each member counts`(text: String, count: Int) throws {
        _ = try JSONValue(text.utf8, maxNodes: count)
        let error = #expect(throws: JSONError.self) { try JSONValue(text.utf8, maxNodes: count - 1) }
        #expect(error?.hasTooManyNodes == true)
    }

    @Test func `a short number has no memory of its own`() {
        #expect(MemoryLayout<JSONValue>.stride <= 24)
    }

    @Test func `an error of another kind is not taken for it`() {
        let error = #expect(throws: JSONError.self) { try JSONValue("[0,]".utf8, maxNodes: 10) }
        #expect(error?.hasTooManyNodes == false)
    }
}
