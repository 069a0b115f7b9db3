/// The value of a `Host` header.
enum HostText {
    /// Whether a value is what the authority of a URL is without its user: a name or an address, and perhaps a port. An
    /// empty one is allowed, for targets without an authority.
    ///
    /// A proxy in front may choose by it where a request goes: what it and this server could understand in two ways,
    /// `a,b` or `a b` or `user@a`, is refused.
    static func isHost(_ value: Span<UInt8>) -> Bool {
        var position = 0
        if value.count > 0, value[0] == UInt8(ascii: "[") {
            position = 1
            while position < value.count, HeadByte.isAddress(value[position]) { position += 1 }
            guard position > 1, position < value.count, value[position] == UInt8(ascii: "]") else { return false }
            position += 1
        } else {
            while position < value.count, HeadByte.isHostName(value[position]) { position += 1 }
            if position == 0 { return value.isEmpty }
        }
        if position == value.count { return true }
        guard value[position] == UInt8(ascii: ":"), value.count - position <= 6 else { return false }
        var port = 0
        for index in (position + 1)..<value.count {
            let digit = value[index] &- 48
            if digit > 9 { return false }
            port = port * 10 + Int(digit)
        }
        return port <= 65_535
    }
}
