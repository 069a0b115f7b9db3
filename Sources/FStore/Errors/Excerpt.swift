extension StringProtocol {
    /// The text as an error repeats it: at most 200 bytes, cut between two characters, and nothing hidden in it.
    ///
    /// Every error that repeats what somebody sent takes it from here. What was sent may have megabytes, and may hold
    /// what moves the cursor of a terminal or turns the direction of writing around. It is cut between scalars and not
    /// between the characters that people see: one of those can have any number of combining marks.
    package var excerpt: String {
        let limit = StoreLimits.excerptBytes
        var text = ""
        var count = 0
        for scalar in unicodeScalars {
            let escape = scalar.isHidden ? scalar.escaped(asASCII: true) : nil
            count += escape?.utf8.count ?? UTF8.width(scalar)
            if count > limit { return text + "…" }
            if let escape { text += escape } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Controls, what some readers take for the end of a line, and what turns the direction of writing around, so that
    /// a text would not say what it seems to say.
    fileprivate var isHidden: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
