import Testing

@testable import FStore

/// A duplicate name of 7 MB once came back three times in one answer of 21 MB, and a name that was cut after so many
/// characters came back whole when each of them carried thousands of combining marks.
@Suite("What an error repeats of what was sent")
struct ExcerptTests {
    @Test(arguments: ["", "temperature", "é😀", #"a\b"c"#, String(repeating: "x", count: 200)])
    func `is all of a short text`(text: String) {
        #expect(text.excerpt == text)
    }

    @Test func `is at most 200 bytes, cut between scalars`() {
        #expect(String(repeating: "x", count: 201).excerpt == String(repeating: "x", count: 200) + "…")
        // 66 times three bytes; two more would be half of one.
        #expect(String(repeating: "€", count: 1000).excerpt == String(repeating: "€", count: 66) + "…")
        let marks = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(marks.count == 1)
        #expect(marks.excerpt.utf8.count <= 200 + "…".utf8.count)
    }

    @Test func `shows what would hide or move a cursor`() {
        #expect("a\u{1b}[2Jb".excerpt == #"a\u{1B}[2Jb"#)
        for hidden in ["\n", "\u{0}", "\u{7F}", "\u{85}", "\u{9B}", "\u{202E}", "\u{2066}", "\u{2028}", "\u{200F}"] {
            let excerpt = "a\(hidden)b".excerpt
            #expect(!excerpt.contains(hidden) && excerpt.hasPrefix(#"a\"#) && excerpt.hasSuffix("b"))
        }
        // Escapes count as what they are written as.
        #expect(String(repeating: "\u{1b}", count: 1000).excerpt.utf8.count <= 203)
    }

    @Test func `is what the engine's errors take`() {
        let name = String(repeating: "n", count: 1_000_000)
        #expect(WriteError.duplicateName(name).description.utf8.count < 400)
        #expect(WriteError.invalidName(name, reason: "r").description.utf8.count < 400)
        #expect(TimestampError(text: name, reason: "r").description.utf8.count < 400)
        let twice = Array(#"{"\#(name)":1,"\#(name)":2}"#.utf8)
        do throws(JSONError) {
            _ = try JSONValue(twice)
            Issue.record("a name that occurs twice was taken")
        } catch {
            #expect(error.description.utf8.count < 400)
        }
    }
}
