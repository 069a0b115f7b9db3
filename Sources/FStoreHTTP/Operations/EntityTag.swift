/// Versions in headers (RFC 9110, 13.1).
enum EntityTag {
    /// Whether a list of tags, or `*`, holds `tag`. A header that is not there holds nothing.
    static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",")
            .contains { part in
                let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
                let candidate = String(trimmed)
                return candidate == "*" || candidate == tag || candidate == "W/" + tag
            }
    }
}
