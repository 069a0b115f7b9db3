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
        #expect(Self.names("a,b%2Cc,d+e,%C3%A9,é") == ["a", "b", "c", "d e", "é", "é"])
    }

    /// urllib, requests, Go's url.Values and URLSearchParams encode the commas of a list that was joined before. `a%2Cb`
    /// was one entity of that name, silently missing.
    @Test func `have commas and backslashes behind a backslash, encoded or not`() {
        #expect(Self.names("a%2Cb") == ["a", "b"])
        #expect(Self.names(#"a\,b,c"#) == ["a,b", "c"])
        #expect(Self.names("a%5C%2Cb%2cc") == ["a,b", "c"])
        #expect(Self.names(#"a%5c,b\%2Cc"#) == ["a,b,c"])
        #expect(Self.names(#"a\\,b%5C%5C\\"#) == [#"a\"#, #"b\\"#])
    }

    @Test func `of a parameter that is repeated are one list`() {
        #expect(Self.names("a,b&c") == ["a", "b", "c"])
        // A backslash at the end of one value does not reach into the next.
        #expect(Self.names(#"a\&b"#) == nil)
    }

    @Test(arguments: [#"\"#, #"a\b"#, #"a\"#, "a%5C", "a%5Cb", #"a,\%41"#, #"a\%"#, #"a\%2"#])
    func `have no backslash that escapes nothing`(text: String) {
        #expect(Self.names(text) == nil)
    }

    /// The bytes of all names were once checked as one text: two halves of a character were two names, and stood in the
    /// answer, which was not UTF-8.
    @Test(arguments: ["%C3,%A9", "a,%F0%9F%98,%80", "%80", "%C3", "a%FF,b", "%F0%9F,%98%80,a"])
    func `are each UTF-8`(text: String) {
        #expect(Self.names(text) == nil)
    }

    @Test(arguments: ["", ",", "a,,b", "a,", "%", "%4", "%zz", "a,%2", "%2C", "a%2C", "a&", "&a"])
    func `are neither empty nor half encoded`(text: String) {
        #expect(Self.names(text) == nil)
    }
}
