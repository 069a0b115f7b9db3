internal import CSodium

/// What is stored of a password: its hash by Argon2id (RFC 9106), in PHC text form.
///
/// A hash takes 19 MiB of memory and some 40 ms of one processor, on purpose. Do not call ``make(_:)`` and
/// ``verify(_:)`` on a thread that others wait for. No description shows the text: it can be attacked without the
/// server.
package struct PasswordHash: Equatable, Sendable {
    /// Passes over the memory.
    private static let passes: UInt64 = 2
    /// The memory of one hash in KiB.
    private static let memory = 19_456
    /// How every text begins that is made today.
    private static let start = "$argon2id$v=19$m=\(memory),t=\(passes),p=1$"

    /// The hash as it is stored: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
    package let text: String

    /// Stands in for the hash of an account that does not exist: refusing a password costs the same time for both.
    ///
    /// No password is known that has the hash of zeros in it, nor can one be found.
    package static let dummy = PasswordHash(
        trusted: start + String(repeating: "A", count: 22) + "$" + String(repeating: "A", count: 43)
    )

    private init(trusted text: String) {
        self.text = text
    }

    /// A hash that was stored earlier, here or by another program with other parameters.
    ///
    /// `nil` unless it is Argon2id of version 19 with 8 KiB to 256 MiB, 1 to 16 passes and 1 to 16 lanes: a text that
    /// somebody has slipped in must not take all memory of the machine.
    package init?(text: String) {
        let form =
            #/
            \$argon2id\$v=19\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([0-9]{1,2})
            \$[A-Za-z0-9+\/]{11,64}\$[A-Za-z0-9+\/]{22,86}
            /#
        guard text.utf8.count < Int(crypto_pwhash_STRBYTES), let match = text.wholeMatch(of: form),
            let memory = Int(match.1), let passes = Int(match.2), let lanes = Int(match.3),
            (1...16).contains(lanes), (8 * lanes...262_144).contains(memory), (1...16).contains(passes)
        else { return nil }
        self.init(trusted: text)
    }

    /// The hash of a new password, with a salt of its own.
    ///
    /// The password is taken exactly as it is, byte for byte in UTF-8. Only the lengths of ``PasswordRule`` are asked
    /// for; whether it may be a frequent one is for the caller to say.
    package static func make(_ password: String) throws(PasswordHashError) -> PasswordHash {
        if let objection = PasswordRule().objection(to: password) { throw .refused(objection) }
        Sodium.start()
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let status = unsafe withCharacters(of: password) { characters, count in
            unsafe crypto_pwhash_str(&text, characters, count, passes, memory << 10)
        }
        guard status == 0 else { throw .noMemory }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return PasswordHash(trusted: String(decoding: bytes, as: UTF8.self))
    }

    /// Whether `password` is the one that was hashed. `false` too when the system has no memory to find out.
    package func verify(_ password: String) -> Bool {
        Sodium.start()
        return unsafe Self.withCharacters(of: password) { characters, count in
            unsafe crypto_pwhash_str_verify(text, characters, count) == 0
        }
    }

    /// Whether the hash was made with other parameters than today's. It is made anew when its owner next signs in.
    package var needsRehash: Bool { !text.hasPrefix(Self.start) }

    /// Lends the bytes of `password`, zero bytes included, without a copy of them that nobody wipes.
    private static func withCharacters<Result>(
        of password: String,
        _ body: (UnsafePointer<CChar>, UInt64) -> Result
    ) -> Result {
        var password = password
        return password.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                if let base = characters.baseAddress { return unsafe body(base, UInt64(characters.count)) }
                // libsodium takes no null pointer, for nothing either.
                var nothing: CChar = 0
                return unsafe body(&nothing, 0)
            }
        }
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a password hash" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a password was not hashed.
package enum PasswordHashError: Error, Hashable, Sendable {
    /// It has too few or too many characters.
    case refused(PasswordObjection)
    /// The system has no memory for a hash.
    case noMemory
}

extension PasswordHashError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .refused(let objection): objection.description
        case .noMemory: "the password cannot be hashed now: it takes 19 MiB of memory; try again later"
        }
    }
}
