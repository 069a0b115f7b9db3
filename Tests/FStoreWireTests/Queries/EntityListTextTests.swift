import Testing

@testable import FStoreWire

@Suite("The names in a query")
struct EntityListTextTests {
    private static func names(_ text: String) -> [String]? {
        var list = EntityListText()
        guard (try? list.read(Array(text.utf8).span)) != nil else { return nil }
        return (0..<list.count).map { String(decoding: list.bytes[list.range($0)], as: UTF8.self) }
    }

    @Test func `stand between commas, decoded`() {
        #expect(Self.names("a,b%2Cc,d+e,%C3%A9,é") == ["a", "b,c", "d e", "é", "é"])
    }

    /// The bytes of all names were once checked as one text: two halves of a character were two names, and stood in the
    /// answer, which was not UTF-8.
    @Test(arguments: ["%C3,%A9", "a,%F0%9F%98,%80", "%80", "%C3", "a%FF,b", "%F0%9F,%98%80,a"])
    func `are each UTF-8`(text: String) {
        #expect(Self.names(text) == nil)
    }

    @Test(arguments: ["", ",", "a,,b", "a,", "%", "%4", "%zz", "a,%2"])
    func `are neither empty nor half encoded`(text: String) {
        #expect(Self.names(text) == nil)
    }
}
