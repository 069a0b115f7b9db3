/// Puts a value into the place of `$1` in a query.
package enum PostgreSQLParameter {
    /// The query with each `$1` outside of texts, names and comments replaced.
    ///
    /// COPY takes no parameters. The value stands as a text literal of no type, which the server gives the type that it
    /// would have given to the parameter.
    ///
    /// - Parameter literal: a text without quotes and backslashes.
    package static func replaced(in query: String, by literal: String) -> String {
        let bytes = Array(query.utf8)
        var result: [UInt8] = []
        var position = 0
        func starts(_ text: StaticString, at place: Int) -> Bool {
            bytes[place...].starts(with: "\(text)".utf8)
        }
        /// Copies up to the end of what begins at `position`.
        func copy(to end: Int) {
            result += bytes[position..<min(end, bytes.count)]
            position = min(end, bytes.count)
        }
        while position < bytes.count {
            let byte = bytes[position]
            if starts("--", at: position) {
                copy(to: (bytes[position...].firstIndex(of: 0x0A) ?? bytes.count))
            } else if starts("/*", at: position) {
                copy(to: endOfComment(bytes, position))
            } else if byte == UInt8(ascii: "'") {
                // In a text that begins with E, a backslash takes what follows it.
                let isEscaped =
                    position > 0 && bytes[position - 1] | 0x20 == UInt8(ascii: "e")
                    && (position < 2 || !bytes[position - 2].isIdentifierByte)
                copy(to: endOfQuoted(bytes, position, byte, escapes: isEscaped))
            } else if byte == UInt8(ascii: "\"") {
                copy(to: endOfQuoted(bytes, position, byte, escapes: false))
            } else if byte == UInt8(ascii: "$"), position == 0 || !bytes[position - 1].isIdentifierByte {
                if let end = endOfDollarQuoted(bytes, position) {
                    copy(to: end)
                } else if starts("$1", at: position), position + 2 >= bytes.count || bytes[position + 2] &- 48 > 9 {
                    result += Array("'\(literal)'".utf8)
                    position += 2
                } else {
                    copy(to: position + 1)
                }
            } else {
                copy(to: position + 1)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func endOfQuoted(_ bytes: [UInt8], _ start: Int, _ quote: UInt8, escapes: Bool) -> Int {
        var position = start + 1
        while position < bytes.count {
            if escapes, bytes[position] == UInt8(ascii: "\\") {
                position += 2
            } else if bytes[position] == quote {
                // Two of them are one within.
                if position + 1 >= bytes.count || bytes[position + 1] != quote { return position + 1 }
                position += 2
            } else {
                position += 1
            }
        }
        return bytes.count
    }

    private static func endOfComment(_ bytes: [UInt8], _ start: Int) -> Int {
        var (position, depth) = (start + 2, 1)
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "/"), bytes[position + 1] == UInt8(ascii: "*") {
                (position, depth) = (position + 2, depth + 1)
            } else if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                (position, depth) = (position + 2, depth - 1)
                if depth == 0 { return position }
            } else {
                position += 1
            }
        }
        return bytes.count
    }

    /// The end of `$tag$ … $tag$`; `nil` when none begins here.
    private static func endOfDollarQuoted(_ bytes: [UInt8], _ start: Int) -> Int? {
        var position = start + 1
        if position < bytes.count, bytes[position] &- 48 < 10 { return nil }
        while position < bytes.count, bytes[position].isIdentifierByte, bytes[position] != UInt8(ascii: "$") {
            position += 1
        }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "$") else { return nil }
        let tag = bytes[start...position]
        position += 1
        while position + tag.count <= bytes.count {
            if bytes[position..<position + tag.count].elementsEqual(tag) { return position + tag.count }
            position += 1
        }
        return bytes.count
    }
}

extension UInt8 {
    fileprivate var isIdentifierByte: Bool {
        self >= 0x80 || self == UInt8(ascii: "_") || self == UInt8(ascii: "$") || self &- 48 < 10
            || (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z")
    }
}
