internal import Glibc

/// Passwords that attackers try first: 200 of our own, and those of a file. Capitals make no difference.
package struct FrequentPasswords: Sendable {
    /// The greatest size in bytes of a file of passwords: some 500 000 of them.
    package static let maximumFileBytes = 4 << 20

    /// The 200 that the program brings along.
    package static let builtIn = FrequentPasswords(
        words: Set(ownWords.split(whereSeparator: \.isWhitespace).map(String.init))
    )

    private let words: Set<String>

    /// How many different passwords are refused.
    package var count: Int { words.count }

    private init(words: Set<String>) {
        self.words = words
    }

    /// The 200 and those of a file with one password a line, such as Debian's `/usr/share/john/password.lst`.
    ///
    /// Lines that begin with `#!comment:` are passed over, and passwords which are too short to be accepted anyway.
    package init(file: String) throws(FrequentPasswordsError) {
        var words = Self.builtIn.words
        for line in try Self.bytes(of: file).split(separator: UInt8(ascii: "\n")) {
            let word = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            guard !word.hasPrefix("#!comment:"), word.unicodeScalars.count >= PasswordRule.minimumCharacters else {
                continue
            }
            words.insert(word.lowercased())
        }
        self.words = words
    }

    /// Whether `password` is one of them.
    package func contains(_ password: String) -> Bool {
        words.contains(password.lowercased())
    }

    private static func bytes(of file: String) throws(FrequentPasswordsError) -> [UInt8] {
        // Without O_NONBLOCK a FIFO in its place would hold up the start for ever.
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw system(file) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw system(file) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(file) }
        guard status.st_size <= maximumFileBytes else { throw .tooLarge(file: file, bytes: Int(status.st_size)) }

        // As large as it was found to be: what is appended meanwhile is not read.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw system(file) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    private static func system(_ file: String) -> FrequentPasswordsError {
        .system(file: file, reason: unsafe String(cString: strerror(errno)))
    }
}

/// Why a file of frequent passwords was not read.
package enum FrequentPasswordsError: Error, Hashable, Sendable {
    /// The path names something that is not a regular file.
    case notAFile(String)
    /// The file has more than 4 MiB.
    case tooLarge(file: String, bytes: Int)
    /// The system refused.
    case system(file: String, reason: String)
}

extension FrequentPasswordsError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .notAFile(let file):
            "\(file) is not a regular file"
        case .tooLarge(let file, let bytes):
            "\(file) has \(bytes) bytes; a list of frequent passwords has at most "
                + "\(FrequentPasswords.maximumFileBytes): shorten it"
        case .system(let file, let reason):
            "\(file) cannot be read: \(reason)"
        }
    }
}

extension FrequentPasswords {
    /// Runs of digits and keys, the word itself in its disguises, and words that many people love.
    fileprivate static let ownWords = """
        12345678 123456789 1234567890 12345678910 0123456789 9876543210 987654321 87654321
        11111111 111111111 1111111111 00000000 000000000 22222222 33333333 55555555
        66666666 77777777 88888888 99999999 12341234 12344321 11223344 1122334455
        12121212 10203040 13131313 69696969 123123123 123321123 147258369 159357456
        789456123 741852963 963852741 123456789a 12345678a a12345678 a123456789 1234abcd
        abcd1234 abc12345 abc123456 abcdefgh abcdefg1 abcdefghi abcdef123 1a2b3c4d
        a1b2c3d4 aabbccdd qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345
        qwerty123456 1qaz2wsx 1qazxsw2 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 qazwsxedc
        qazwsx123 zaq12wsx zxcvbnm1 zxcvbnm123 zxcvbnm, asdfghjk asdfghjkl asdfasdf
        asdf1234 asdfghjkl1 1234qwer qwer1234 qweasdzxc qweqweqwe qwertyuiop123 azertyuiop
        password passw0rd p@ssw0rd p@ssword pa$$word pa$$w0rd password1 password12
        password123 password1234 password12345 password123456 password! password1! password2 password01
        passw0rd1 passw0rd! p@ssw0rd1 p@ssword1 password2023 password2024 password2025 password2026
        passwort passwort1 passwort123 motdepasse contraseña password0 drowssap mypassword
        yourpassword newpassword thepassword passpass passphrase pass1234 pass12345 secret123
        secretsecret topsecret letmein1 letmein12 letmein123 letmeinnow welcome1 welcome12
        welcome123 welcome2024 welcome2025 welcome1! admin123 admin1234 admin12345 administrator
        adminadmin root1234 rootroot superuser operator operator1 changeme changeme1
        changeme123 changeit default1 default123 temp1234 temporary testtest test1234
        test12345 testing1 testing123 guest123 guestguest user1234 username computer
        internet database server123 fstore123 featurestore iloveyou iloveyou1 iloveyou2
        iloveyou! ilovegod sunshine sunshine1 princess princess1 football football1
        baseball baseball1 basketball superman superman1 batman123 spiderman starwars
        startrek pokemon1 pokemon123 dragon123 monkey123 michael1 jennifer jordan23
        michelle charlie1 whatever trustno1 blink182 liverpool chelsea1 hello123
        """
}
