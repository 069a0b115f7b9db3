import FStoreSecurity
import Testing

@Suite("Password hashes", .serialized)
struct PasswordHashTests {
    /// Made with argon2-cffi 25.1: `hash_secret(password, salt, 2, 19456, 1, 32, Type.ID)`.
    private static let known = [
        (
            "correct horse battery staple",
            "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0"
        ),
        (
            "pässword\0 with NUL",
            "$argon2id$v=19$m=19456,t=2,p=1$ZmVkY2JhOTg3NjU0MzIxMA$EeP+WGN3HKIcR5Z47VrQMm/VyfSm9Mo3GtzkYRmB+aE"
        ),
    ]

    /// The same program with other parameters, the last ones its own default.
    private static let others = [
        "$argon2id$v=19$m=12288,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5DGhzV3Ezm2VvUKyC6M/R1ACwlzJe2X+pC6Xlq5/fZA",
        "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$77UfmnZYT23WpPeUKhovauWm5OxRQv9nTf1dJ+tF5EY",
    ]

    @Test func `a new hash has the documented form and verifies its password alone`() throws {
        let hash = try PasswordHash.make("correct horse")
        #expect(
            hash.text.wholeMatch(of: /\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+\/]{22}\$[A-Za-z0-9+\/]{43}/) != nil
        )
        #expect(hash.verify("correct horse"))
        #expect(!hash.verify("correct horsf"))
        #expect(!hash.verify("correct horse "))
        #expect(!hash.verify(""))
        #expect(!hash.needsRehash)
        #expect(PasswordHash(text: hash.text) == hash)
    }

    @Test func `one password has another hash each time`() throws {
        #expect(try PasswordHash.make("correct horse") != PasswordHash.make("correct horse"))
    }

    @Test(arguments: known)
    func `a hash by another program verifies`(password: String, text: String) throws {
        let hash = try #require(PasswordHash(text: text))
        #expect(hash.verify(password))
        #expect(!hash.verify(password + "x"))
        #expect(!hash.needsRehash)
    }

    @Test func `a zero byte does not end a password`() throws {
        let hash = try #require(PasswordHash(text: Self.known[1].1))
        #expect(!hash.verify("pässword"))
        #expect(!hash.verify("pässword\0"))
    }

    @Test(arguments: others)
    func `a hash with other parameters verifies and is to be made anew`(text: String) throws {
        let hash = try #require(PasswordHash(text: text))
        #expect(hash.verify("correct horse battery staple"))
        #expect(!hash.verify("correct horse battery stable"))
        #expect(hash.needsRehash)
    }

    @Test func `passwords are not normalized and not cut`() throws {
        let composed = try PasswordHash.make("caf\u{E9} caf\u{E9}")
        #expect(composed.verify("caf\u{E9} caf\u{E9}"))
        #expect(!composed.verify("cafe\u{301} cafe\u{301}"))
        #expect(!composed.verify("CAF\u{C9} CAF\u{C9}"))
        let long = String(repeating: "x", count: 1023)
        let hash = try PasswordHash.make(long + "a")
        #expect(hash.verify(long + "a"))
        #expect(!hash.verify(long + "b"))
        #expect(!hash.verify(long))
    }

    @Test func `the stand-in costs what a real one does and accepts nothing`() throws {
        let real = try PasswordHash.make("correct horse").text.split(separator: "$")
        let dummy = PasswordHash.dummy.text.split(separator: "$")
        #expect(real.prefix(3) == dummy.prefix(3))
        #expect(real.map(\.count) == dummy.map(\.count))
        #expect(PasswordHash(text: PasswordHash.dummy.text) == PasswordHash.dummy)
        for password in ["", "\0", "password", "correct horse"] { #expect(!PasswordHash.dummy.verify(password)) }
    }

    /// The least of a few runs each: what else the machine does only adds to them. They take turns, until a quiet moment
    /// has come for both.
    @Test func `the stand-in takes as long as a real one`() throws {
        let real = try PasswordHash.make("correct horse")
        func time(_ hash: PasswordHash) -> Duration {
            ContinuousClock().measure { _ = hash.verify("wrong password") }
        }
        var (known, unknown) = (time(real), time(.dummy))
        func isAlike() -> Bool { known < unknown * 2 && unknown < known * 2 }
        for turn in 0..<60 where turn < 6 || !isAlike() {
            (known, unknown) = (min(known, time(real)), min(unknown, time(.dummy)))
        }
        #expect(isAlike(), "\(known) and \(unknown)")
    }

    @Test(arguments: [
        "", "password", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv",
        hash("argon2i", "m=19456,t=2,p=1"), hash("argon2d", "m=19456,t=2,p=1"),
        hash("argon2id", "m=19456,t=2,p=1").replacing("v=19", with: "v=16"),
        // 512 MiB, a million passes, no lanes: they would be attacks on the server.
        hash("argon2id", "m=524288,t=2,p=1"), hash("argon2id", "m=9999999,t=2,p=1"), hash("argon2id", "m=4,t=2,p=1"),
        hash("argon2id", "m=19456,t=17,p=1"), hash("argon2id", "m=19456,t=1000000,p=1"),
        hash("argon2id", "m=19456,t=0,p=1"), hash("argon2id", "m=19456,t=2,p=0"), hash("argon2id", "m=19456,t=2,p=17"),
        hash("argon2id", "m=64,t=2,p=9"), hash("argon2id", "t=2,m=19456,p=1"), hash("argon2id", "m=19456,t=2"),
        hash("argon2id", "m=-1,t=2,p=1"), hash("argon2id", "m=１９４５６,t=2,p=1"),
        hash("argon2id", "m=19456,t=2,p=1") + "=",
        hash("argon2id", "m=19456,t=2,p=1") + "\n", " " + hash("argon2id", "m=19456,t=2,p=1"),
        hash("argon2id", "m=19456,t=2,p=1") + "\0",
        hash("argon2id", "m=19456,t=2,p=1") + String(repeating: "A", count: 40),
        "$argon2id$v=19$m=19456,t=2,p=1$AAAA$" + String(repeating: "A", count: 43),
        "$argon2id$v=19$m=19456,t=2,p=1$" + String(repeating: "A", count: 22) + "$AAAA",
    ])
    func `a text that is no such hash is refused`(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test func `a password of a wrong length is not hashed`() throws {
        #expect(throws: PasswordHashError.refused(.tooShort(characters: 7))) { try PasswordHash.make("seven77") }
        #expect(throws: PasswordHashError.refused(.tooLong(characters: 1025))) {
            try PasswordHash.make(String(repeating: "x", count: 1025))
        }
        _ = try PasswordHash.make("eight888")
        _ = try PasswordHash.make(String(repeating: "\u{1F600}", count: 1024))
    }

    @Test func `no description shows a hash`() throws {
        let hash = try #require(PasswordHash(text: Self.known[0].1))
        var dumped = ""
        dump([hash], to: &dumped)
        for shown in ["\(hash)", String(reflecting: hash), "\([hash])", dumped] {
            #expect(!shown.contains("argon2id") && !shown.contains("gy5SuVm5"), "\(shown)")
        }
    }
}

private func hash(_ type: String, _ parameters: String) -> String {
    "$\(type)$v=19$\(parameters)$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0"
}
