/// Keeps secrets out of log lines.
///
/// Two nets: a field whose key says that it holds a secret, and the text of an API key or a token wherever it occurs.
package enum Redaction {
    /// What stands in the place of a secret value.
    package static let mark = "[redacted]"

    /// Whether the value under `key` is a secret, judged by the words that make up the key: `api_key`, `apiKey` and
    /// `X-API-Key` are, `key_id`, `token_count` and `keys` are not.
    package static func isSecret(key: String) -> Bool {
        let words = words(of: key)
        guard let last = words.last, !harmlessEndings.contains(last) else { return false }
        return words.contains { secretWords.contains($0) }
    }

    /// `text` without API keys and tokens: of `fl_12_…` only `fl_12_****` stays, so that its owner can be told; of
    /// refresh tokens, invitations and access tokens their first four letters.
    package static func withoutKeys(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard var position = nextKey(in: bytes, from: 0) else { return text }
        var result: [UInt8] = []
        var copied = 0
        while true {
            result += bytes[copied..<position.secret]
            result += "****".utf8
            copied = position.secret
            while copied < bytes.count, isKeyByte(bytes[copied]) || isDotWithin(bytes, copied) { copied += 1 }
            guard let next = nextKey(in: bytes, from: copied) else { break }
            position = next
        }
        return String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    private static let secretWords: Set<String> = [
        "password", "passwords", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "key", "authorization",
        "dsn", "cookie", "cookies", "credential", "credentials", "bearer", "apikey", "accesskey", "secretkey",
        "authtoken", "accesstoken",
    ]

    /// Endings that make a key tell something about a secret instead of the secret.
    private static let harmlessEndings: Set<String> = [
        "id", "ids", "name", "names", "count", "type", "kind", "version", "age", "length", "size", "bytes", "at",
        "expiry", "expires", "status", "state",
    ]

    /// Lower-case words of a key: cut at everything that is no letter, and where a capital begins a word.
    private static func words(of key: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        let bytes = Array(key.utf8.prefix(LogLimits.valueBytes))
        for (index, byte) in bytes.enumerated() {
            let isCapital = isUpper(byte)
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            // `apiKey` is cut before the K, and so is `APIKey`, where the K is followed by a small letter.
            let begins = isCapital && index > 0 && (!isUpper(bytes[index - 1]) || isLower(next))
            if begins || !(isCapital || isLower(byte)), !word.isEmpty {
                words.append(String(decoding: word, as: UTF8.self))
                word = []
            }
            if isCapital || isLower(byte) { word.append(byte | 0x20) }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    /// The next secret in a text, with the place where what nobody may read begins.
    private static func nextKey(in bytes: [UInt8], from start: Int) -> (start: Int, secret: Int)? {
        var index = start
        while index + 5 < bytes.count {
            defer { index += 1 }
            guard bytes[index] == UInt8(ascii: "f") || bytes[index] == UInt8(ascii: "e") else { continue }
            if let secret = secret(in: bytes, at: index) { return (index, secret) }
        }
        return nil
    }

    /// Where the secret begins of a key or token that begins at `index`; `nil` when none does: `fl_`, digits and `_`;
    /// `flr_` and `fli_`; `eyJ`, which is how a JWT begins.
    private static func secret(in bytes: [UInt8], at index: Int) -> Int? {
        func begins(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }
        if begins("flr_") || begins("fli_") || begins("eyJ") { return isKeyByte(bytes[index + 4]) ? index + 4 : nil }
        guard begins("fl_") else { return nil }
        var end = index + 3
        while end < bytes.count, (48...57).contains(bytes[end]) { end += 1 }
        guard end > index + 3, end + 1 < bytes.count, bytes[end] == UInt8(ascii: "_"), isKeyByte(bytes[end + 1])
        else { return nil }
        return end + 1
    }

    /// Also `%`, `+`, `~` and `=`: a key may stand in an address or in some other encoding.
    /// The parts of an access token have dots between them; one behind a key ends the sentence.
    private static func isDotWithin(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[index] == UInt8(ascii: ".") && index + 1 < bytes.count && isKeyByte(bytes[index + 1])
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        isUpper(byte) || isLower(byte) || (48...57).contains(byte) || "_-%+~=*".utf8.contains(byte)
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
}
