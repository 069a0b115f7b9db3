/// Texts that are not JSON (RFC 8259), or not JSON that a careful reader takes, by what is wrong with them.
enum MalformedJSON {
    static var all: [(name: String, bytes: [UInt8])] {
        texts.map { ($0, Array($0.utf8)) } + rawBytes + deep
    }

    private static let texts = [
        // Cut.
        "{", "[", "\"", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[1", "[1,", "[[1]", "tru", "nul",
        "fals", "\"\\", "\"\\u", "\"\\u00", "-", "1e", "1e+", "1.", "[\"a\"", "{\"a\":{", "{\"a\":[", "[{", "[{}",
        // Too much.
        "{}}", "[]]", "{}{}", "[][]", "1 2", "{} x", "{},", "null null", "\"a\" \"b\"", "{}\u{0}", "[1]2",
        // Separators.
        "[,]", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1;2]", "{,}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":,}", "{\"a\"::1}",
        "{\"a\":1 \"b\":2}", "{\"a\",\"b\"}", "{:1}", "{\"a\":1,,\"b\":2}", "[:]", "{\"a\"=1}", "[\"a\":1]", ",", ":",
        // Brackets that do not match.
        "[}", "{]", "[1}", "{\"a\":1]", "}", "]", "[{]}", "(1)", "<a>",
        // Names of members.
        "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{{}:1}", "{true:1}", "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"a\":3}", "{\"\\u0061\":1,\"a\":2}", "{\"x\":{\"a\":1,\"a\":2}}", "[{\"a\":1,\"a\":2}]",
        // Numbers.
        "[01]", "[-01]", "[00]", "[+1]", "[.5]", "[1.]", "[-.5]", "[1.e1]", "[1e]", "[1e+]", "[1E-]", "[1.2.3]",
        "[--1]", "[1-]", "[- 1]", "[0x1]", "[1_000]", "[1,000.]", "[\u{FF11}]", "[1a]", "[1e1.5]", "[1ee1]", "[0e]",
        // What is no number at all.
        "[NaN]", "[nan]", "[Infinity]", "[-Infinity]", "[inf]", "[-inf]", "[+Infinity]", "[1/2]", "[-NaN]",
        // Words.
        "[True]", "[FALSE]", "[Null]", "[nulll]", "[truefalse]", "[undefined]", "[None]", "[tru e]", "abc", "[a]",
        // Strings.
        "['a']", "[\"a]", "[a\"]", "[\"\\a\"]", "[\"\\x41\"]", "[\"\\0\"]", "[\"\\'\"]", "[\"\\U0041\"]", "[\"\\u\"]",
        "[\"\\u12\"]", "[\"\\u12g4\"]", "[\"\\u+123\"]", "[\"\\u 123\"]", "[\"a\nb\"]", "[\"a\tb\"]", "[\"\u{0}\"]",
        "[\"\u{1F}\"]", "[`a`]", "[\"\"\"\"]", "[\"\\\"]", "[\u{201C}a\u{201D}]",
        // Halves of pairs.
        "[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\ud800a\"]", "[\"\\ud800\\n\"]", "[\"\\ud800\\u0061\"]",
        "[\"\\ud800\\ud800\"]", "[\"\\udc00\\ud800\"]", "[\"\\ud800\\\"]", "[\"\\uD83D\"]", "{\"\\ud800\":1}",
        // White space that is none, and comments.
        "\u{A0}{}", "{}\u{A0}", "[1\u{2028}]", "\u{FEFF}{}", "{}\u{FEFF}", "[\u{3000}1]", "\u{B}{}", "\u{C}{}",
        "// a\n{}", "{} // a", "/* a */{}", "# a\n{}", "{/**/}", "\u{0}{}",
        // Nothing.
        " ", "\n", "\t\r\n ",
    ]

    private static let rawBytes: [(name: String, bytes: [UInt8])] = [
        ("a byte that never occurs", [0x5B, 0x22, 0xFF, 0x22, 0x5D]),
        ("a byte that never occurs, outside", [0xFF]),
        ("a continuation alone", [0x5B, 0x22, 0x80, 0x22, 0x5D]),
        ("two bytes, cut", [0x5B, 0x22, 0xC3, 0x22, 0x5D]),
        ("three bytes, cut", [0x5B, 0x22, 0xE2, 0x82, 0x22, 0x5D]),
        ("four bytes, cut", [0x5B, 0x22, 0xF0, 0x9F, 0x98, 0x22, 0x5D]),
        ("two bytes for a slash", [0x5B, 0x22, 0xC0, 0xAF, 0x22, 0x5D]),
        ("three bytes for a slash", [0x5B, 0x22, 0xE0, 0x80, 0xAF, 0x22, 0x5D]),
        ("four bytes for a slash", [0x5B, 0x22, 0xF0, 0x80, 0x80, 0xAF, 0x22, 0x5D]),
        ("half of a pair as UTF-8", [0x5B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x5D]),
        ("beyond U+10FFFF", [0x5B, 0x22, 0xF4, 0x90, 0x80, 0x80, 0x22, 0x5D]),
        ("five bytes", [0x5B, 0x22, 0xF8, 0x88, 0x80, 0x80, 0x80, 0x22, 0x5D]),
        ("latin-1", [0x5B, 0x22, 0xE9, 0x22, 0x5D]),
        ("UTF-16 (little-endian)", [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]),
        ("UTF-16 (big-endian)", [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D]),
        ("UTF-16 without a mark", [0x7B, 0x00, 0x7D, 0x00]),
        ("a mark and no more", [0xEF, 0xBB, 0xBF]),
        ("half a mark", [0xEF, 0xBB]),
        ("broken in a name", [0x7B, 0x22, 0xB9, 0x22, 0x3A, 0x31, 0x7D]),
    ]

    private static let deep: [(name: String, bytes: [UInt8])] = [
        ("100 000 arrays, never closed", Array(repeating: UInt8(ascii: "["), count: 100_000)),
        ("100 000 objects, never closed", Array(String(repeating: "{\"a\":", count: 100_000).utf8)),
        (
            "100 000 arrays, closed",
            Array((String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)).utf8)
        ),
        ("a long string, never closed", Array(("\"" + String(repeating: "a", count: 500_000)).utf8)),
    ]
}
