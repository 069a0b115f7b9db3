import FStoreServices
import Testing

@Suite("E-mail addresses")
struct EmailAddressTests {
    @Test(arguments: ["a@b", "user@example.com", "J\u{FC}rgen+x@ex\u{E4}mple.org", "o'neil@host-1.example"])
    func `what has a name, one @ and a domain is one`(text: String) {
        #expect(EmailAddress.problem(text) == nil)
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\n", "a@\u{7F}b", "a\u{A0}@b", "a@b\u{202E}c",
        String(repeating: "a", count: 250) + "@b.de",
    ])
    func `what else is none`(text: String) {
        #expect(EmailAddress.problem(text) != nil)
    }
}
