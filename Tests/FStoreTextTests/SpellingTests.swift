import Testing

@testable import FStoreText

@Suite("What a misspelled word was meant to be")
struct SpellingTests {
    @Test(arguments: [
        ("laod", "load"), ("wnid_speed", "wind_speed"), ("tmep", "temp"), ("WIND_SPEED", "wind_speed"), ("ot", "to"),
    ])
    func `a close word is suggested`(given: String, meant: String) {
        #expect(Spelling.nearest(to: given, among: ["load", "wind_speed", "temp", "to"]) == meant)
    }

    /// After `feature delete b` a second one asked "did you mean "a"?".
    @Test func `one letter is not taken for another`() {
        #expect(Spelling.nearest(to: "b", among: ["a", "c", "bb"]) == nil)
        #expect(Spelling.nearest(to: "B", among: ["a", "b"]) == "b")
    }
}
