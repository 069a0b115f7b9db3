extension SealingKey {
    /// A key from its text: 64 hexadecimal digits, with white space around them or without.
    package static func parse(_ text: String) throws(SealingKeyError) -> SealingKey {
        guard let key = bytes(text).flatMap(SealingKey.init) else { throw .malformed }
        return key
    }

    /// `bytes` in hexadecimal digits.
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let words = text.split(whereSeparator: \.isWhitespace)
        // As many bytes as digits: a digit of another script, which Swift takes for one too, has more.
        guard words.count == 1, words[0].utf8.count == 2 * byteCount else { return nil }
        let values = words[0].compactMap(\.hexDigitValue)
        guard values.count == 2 * byteCount else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
