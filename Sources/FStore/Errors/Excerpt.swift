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
            let escape = HiddenCharacters.isHidden(scalar) ? scalar.escaped(asASCII: true) : nil
            count += escape?.utf8.count ?? UTF8.width(scalar)
            if count > limit { return text + "…" }
            if let escape { text += escape } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
