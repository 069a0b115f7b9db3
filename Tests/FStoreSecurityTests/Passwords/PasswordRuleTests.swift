import FStoreSecurity
import FStoreTestSupport
import Foundation
import Testing

@Suite("What a password must be")
struct PasswordRuleTests {
    private let directory = TemporaryDirectory()

    @Test(arguments: [
        ("", "a password has at least 8 characters; this one has 0"),
        ("1234567", "a password has at least 8 characters; this one has 7"),
        (String(repeating: "\u{1F600}", count: 7), "a password has at least 8 characters; this one has 7"),
        (String(repeating: "x", count: 1025), "a password has at most 1024 characters; this one has 1025"),
        ("PassWord123", "this password is one of those that attackers try first; choose another one"),
    ])
    func `a bad one is refused with the reason`(password: String, reason: String) {
        #expect(PasswordRule(refusing: .builtIn).objection(to: password)?.description == reason)
    }

    @Test(arguments: [
        "correct horse", "        ", "\0\0\0\0\0\0\0\0", "zwölf Boxkämpfer",
        String(repeating: "\u{1F600}", count: 1024),
        "e\u{301}e\u{301}e\u{301}e\u{301}",
    ])
    func `a good one is accepted as it is`(password: String) {
        #expect(PasswordRule(refusing: .builtIn).objection(to: password) == nil)
    }

    @Test func `frequent ones are accepted where nobody refuses them`() {
        #expect(PasswordRule().objection(to: "password123") == nil)
    }

    @Test func `the program brings along 200`() {
        #expect(FrequentPasswords.builtIn.count == 200)
        for word in ["12345678", "password", "Password1", "QWERTYUIOP", "letmein12", "p@ssw0rd", "fstore123"] {
            #expect(FrequentPasswords.builtIn.contains(word), "\(word)")
        }
        for word in ["", "1234567", "password-of-mine", " password"] {
            #expect(!FrequentPasswords.builtIn.contains(word), "\(word)")
        }
    }

    @Test func `a file adds to them`() throws {
        let file = directory.path("words")
        try Data("#!comment: not a word\nTrustNobody\r\nshort\nbad \u{FF}\n\n#!commented\nlast-word".utf8)
            .write(to: URL(filePath: file))
        let words = try FrequentPasswords(file: file)
        #expect(words.count == 200 + 3)
        for word in ["trustnobody", "TRUSTNOBODY", "#!commented", "last-word", "password"] {
            #expect(words.contains(word), "\(word)")
        }
        #expect(!words.contains("#!comment: not a word"))
        #expect(!words.contains("short"))
    }

    @Test func `a file that is no text is read too`() throws {
        let file = directory.path("bytes")
        try Data((0...255).map { UInt8($0) } + Array("\nafterwards".utf8)).write(to: URL(filePath: file))
        #expect(try FrequentPasswords(file: file).contains("afterwards"))
    }

    @Test func `a file that is too large, a directory, a FIFO and no file are errors with their reasons`() throws {
        let file = directory.path("large")
        try Data(count: 4 << 20).write(to: URL(filePath: file))
        _ = try FrequentPasswords(file: file)
        try Data(count: 4 << 20 + 1).write(to: URL(filePath: file))
        let large = #expect(throws: FrequentPasswordsError.self) { try FrequentPasswords(file: file) }
        #expect(
            large?.description
                == "\(file) has 4194305 bytes; a list of frequent passwords has at most 4194304: shorten it"
        )
        #expect(throws: FrequentPasswordsError.notAFile(directory.path)) {
            try FrequentPasswords(file: directory.path)
        }
        let pipe = directory.path("pipe")
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        #expect(throws: FrequentPasswordsError.notAFile(pipe)) { try FrequentPasswords(file: pipe) }
        let none = #expect(throws: FrequentPasswordsError.self) {
            try FrequentPasswords(file: directory.path("none"))
        }
        #expect(none?.description == "\(directory.path("none")) cannot be read: No such file or directory")
    }
}
