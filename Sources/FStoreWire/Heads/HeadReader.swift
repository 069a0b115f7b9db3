/// Reads the head of a request (RFC 9112), strictly: what two readers could understand in two ways is refused. No bare
/// line feeds, no folded lines, no space before a colon, one length, no length beside a transfer coding.
struct HeadReader: ~Escapable {
    private let bytes: Span<UInt8>
    private let limits: WireLimits
    private var position = 0
    private var head = RequestHead()
    private var hasLength = false
    private var hasTransferCoding = false
    private var isOldVersion = false
    private var hosts = 0
    private var offersWebSocket = false
    private var asksToUpgrade = false
    private var headersStart = 0
    private var headerCount = 0
    /// What was being read when the bytes ran out.
    private var place = HeadPause.Place.start

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, limits: WireLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Why reading ends before the head is complete.
    ///
    /// Small on purpose: each step can throw it, and a head is carried around only once, at the end.
    private enum Stop: Error {
        case incomplete
        case refused(Refusal)
    }

    /// - Returns: ``HeadReading/incomplete`` until the empty line is there, unless a limit is passed before.
    mutating func read() -> HeadReading {
        reading { reader throws(Stop) in
            try reader.readRequestLine()
            try reader.readHeaders()
        }
    }

    /// Reads on where the bytes ran out, now that there are more of them: each byte is looked at once, however many
    /// pieces the head comes in.
    mutating func resume(_ pause: HeadPause) -> HeadReading {
        restore(pause)
        return reading { reader throws(Stop) in
            switch pause.place {
            case .start: try reader.readRequestLine()
            case .target(let start, let queryStart): try reader.readTarget(start, queryStart)
            case .line: break
            case .name(let start): try reader.readHeader(start)
            case .value(let name, let start): try reader.readValue(of: name, start)
            }
            try reader.readHeaders()
        }
    }

    @inline(__always)
    private mutating func reading(_ steps: (inout HeadReader) throws(Stop) -> Void) -> HeadReading {
        do throws(Stop) {
            try steps(&self)
            return .complete(head)
        } catch {
            switch error {
            case .incomplete: return .incomplete
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }

    private mutating func readHeaders() throws(Stop) {
        while true {
            guard position < bytes.count else { throw incomplete(.line) }
            if bytes[position] == 0x0D {
                guard position + 1 < bytes.count else { throw paused(.line) }
                guard bytes[position + 1] == 0x0A else {
                    throw .refused(.malformed("there is a carriage return without a line feed"))
                }
                position += 2
                break
            }
            if position - headersStart > limits.headerBytes {
                throw .refused(.headersTooLarge(limitBytes: limits.headerBytes))
            }
            if headerCount == limits.headerCount { throw .refused(.tooManyHeaders(limit: limits.headerCount)) }
            headerCount += 1
            try readHeader(position)
        }
        if position - headersStart > limits.headerBytes {
            throw .refused(.headersTooLarge(limitBytes: limits.headerBytes))
        }
        if hasLength, hasTransferCoding {
            throw .refused(.malformed("there are both a Content-Length and a Transfer-Encoding"))
        }
        if isOldVersion, hasTransferCoding { throw .refused(.malformed("HTTP/1.0 does not allow a Transfer-Encoding")) }
        if hosts > 1 || hosts == 0 && !isOldVersion {
            throw .refused(.malformed("there must be exactly one Host header"))
        }
        if isOldVersion { head.expectsContinue = false }
        head.offersWebSocket = offersWebSocket && asksToUpgrade && head.method == .get && !isOldVersion
        head.byteCount = position
    }

    private mutating func incomplete(_ place: HeadPause.Place) -> Stop {
        bytes.count - headersStart > limits.headerBytes
            ? .refused(.headersTooLarge(limitBytes: limits.headerBytes)) : paused(place)
    }

    private mutating func paused(_ place: HeadPause.Place) -> Stop {
        self.place = place
        return .incomplete
    }

    // MARK: Pauses

    /// What is known of a head that is ``HeadReading/incomplete``.
    var pause: HeadPause {
        HeadPause(
            place: place,
            position: position,
            head: head,
            hasLength: hasLength,
            hasTransferCoding: hasTransferCoding,
            isOldVersion: isOldVersion,
            hosts: hosts,
            offersWebSocket: offersWebSocket,
            asksToUpgrade: asksToUpgrade,
            headersStart: headersStart,
            headerCount: headerCount
        )
    }

    private mutating func restore(_ pause: HeadPause) {
        if case .start = pause.place { return }
        position = pause.position
        head = pause.head
        hasLength = pause.hasLength
        hasTransferCoding = pause.hasTransferCoding
        isOldVersion = pause.isOldVersion
        hosts = pause.hosts
        offersWebSocket = pause.offersWebSocket
        asksToUpgrade = pause.asksToUpgrade
        headersStart = pause.headersStart
        headerCount = pause.headerCount
    }

    // MARK: The request line

    private mutating func readRequestLine() throws(Stop) {
        while position < bytes.count, HeadByte.isToken(bytes[position]) {
            position += 1
            if position > 32 { throw .refused(.malformed("the method is too long")) }
        }
        guard position < bytes.count else { throw .incomplete }
        guard position > 0, bytes[position] == 0x20 else {
            throw .refused(.malformed("it does not begin with a method"))
        }
        if matches(0, "GET ") {
            head.method = .get
        } else if matches(0, "POST ") {
            head.method = .post
        } else if !MethodNames.contains(bytes.extracting(0..<position)) {
            throw .refused(.methodUnknown)
        }
        position += 1
        try readTarget(position, nil)
    }

    /// The target that begins at `start`, and the rest of the line.
    private mutating func readTarget(_ start: Int, _ queryStart: Int?) throws(Stop) {
        var queryStart = queryStart
        while true {
            position += bytes.targetCount(from: position)
            if position - start > limits.targetBytes { throw .refused(.targetTooLong(limitBytes: limits.targetBytes)) }
            guard position < bytes.count else { throw paused(.target(start: start, queryStart: queryStart)) }
            if bytes[position] == 0x20 { break }
            guard bytes[position] == UInt8(ascii: "?") else {
                throw .refused(.malformed("the target has a byte that must be encoded"))
            }
            if queryStart == nil { queryStart = position + 1 }
            position += 1
        }
        guard position > start else { throw .refused(.malformed("the target is missing")) }
        if bytes[start] != UInt8(ascii: "/") {
            guard isAbsolute(start..<position) || isNamed(start..<position, "*") else {
                throw .refused(.malformed("the target is neither a path nor a URL"))
            }
            head.isUnusual = true
        }
        head.path = start..<(queryStart.map { $0 - 1 } ?? position)
        head.query = (queryStart ?? position)..<position
        position += 1
        // The version is short: what was read of it is read again.
        guard position + 10 <= bytes.count else {
            position -= 1
            throw paused(.target(start: start, queryStart: queryStart))
        }
        if matches(position, "HTTP/1.0\r\n") {
            isOldVersion = true
            head.closes = true
            head.isUnusual = true
        } else if !matches(position, "HTTP/1.1\r\n") {
            throw .refused(.malformed("the version is not HTTP/1.1"))
        }
        position += 10
        headersStart = position
    }

    /// Whether a target is a URL with a host: what the decoder takes besides paths.
    private func isAbsolute(_ target: Range<Int>) -> Bool {
        var position = target.lowerBound
        if matches(position, "http://") { position += 7 } else if matches(position, "https://") { position += 8 }
        let host = position
        while position < target.upperBound, HeadByte.isHost(bytes[position]) { position += 1 }
        if host == target.lowerBound || position == host { return false }
        return position == target.upperBound || bytes[position] == UInt8(ascii: "/")
            || bytes[position] == UInt8(ascii: "?")
    }

    // MARK: Headers

    /// The header whose name begins at `nameStart`.
    private mutating func readHeader(_ nameStart: Int) throws(Stop) {
        while position < bytes.count, HeadByte.isToken(bytes[position]) { position += 1 }
        let name = nameStart..<position
        guard position < bytes.count else { throw incomplete(.name(start: nameStart)) }
        guard bytes[position] == UInt8(ascii: ":"), !name.isEmpty else {
            throw .refused(.malformed("a header has no name, or a space before its colon"))
        }
        position += 1
        try readValue(of: name, position)
    }

    /// The value of a header, and the end of its line. Nothing of the value has come when `start` is the position.
    private mutating func readValue(of name: Range<Int>, _ start: Int) throws(Stop) {
        var valueStart = start
        if position == start {
            while position < bytes.count, HeadByte.isSpace(bytes[position]) { position += 1 }
            valueStart = position
        }
        position += bytes.valueCount(from: position)
        while position < bytes.count, bytes[position] == 0x09 {
            position += 1
            position += bytes.valueCount(from: position)
        }
        guard position + 1 < bytes.count else { throw incomplete(.value(name, start: valueStart)) }
        guard bytes[position] == 0x0D, bytes[position + 1] == 0x0A else {
            throw .refused(.malformed("a header has a control character"))
        }
        var valueEnd = position
        while valueEnd > valueStart, HeadByte.isSpace(bytes[valueEnd - 1]) { valueEnd -= 1 }
        position += 2
        try note(name, valueStart..<valueEnd)
    }

    /// What a header means for the framing, and for the fast path.
    private mutating func note(_ name: Range<Int>, _ value: Range<Int>) throws(Stop) {
        switch name.count {
        case 4:
            if isNamed(name, "host") {
                hosts += 1
                if !HostText.isHost(bytes.extracting(value)) {
                    throw .refused(.malformed("the Host is not a name or an address, with or without a port"))
                }
            }
        case 6:
            if isNamed(name, "expect") {
                head.expectsContinue = isNamed(value, "100-continue")
                head.isUnusual = true
            }
        case 7:
            if isNamed(name, "upgrade") {
                if head.upgrade != nil { throw .refused(.malformed("two Upgrade headers")) }
                head.upgrade = name
                offersWebSocket = isNamed(value, "websocket")
                head.isUnusual = true
            }
        case 9:
            if isNamed(name, "x-api-key") {
                if head.apiKey != nil { head.hasOtherMeaning = true }
                head.apiKey = value
            }
        case 10:
            if isNamed(name, "connection") { noteConnection(value) }
        case 12:
            if isNamed(name, "content-type") {
                if head.contentType != nil { head.hasOtherMeaning = true }
                head.contentType = value
            } else if isNamed(name, "x-request-id") {
                if head.requestID != nil { head.hasOtherMeaning = true }
                head.requestID = value
            }
        case 13:
            if isNamed(name, "authorization") {
                if head.authorization != nil { head.hasOtherMeaning = true }
                head.authorization = value
            }
        case 14:
            if isNamed(name, "content-length") {
                if hasSpaceBehind(value) { throw .refused(Self.spaceBehind) }
                try noteLength(value)
            }
        case 15:
            if isNamed(name, "accept-encoding") {
                if head.acceptEncoding != nil { head.hasOtherMeaning = true }
                head.acceptEncoding = value
            }
        case 16:
            if isNamed(name, "content-encoding") { head.hasOtherMeaning = true }
            // No standard knows it, and the decoder takes it for a Connection.
            if isNamed(name, "proxy-connection") { noteConnection(value) }
        case 17:
            if isNamed(name, "transfer-encoding") {
                if hasTransferCoding { throw .refused(.malformed("there are two Transfer-Encoding headers")) }
                if hasSpaceBehind(value) { throw .refused(Self.spaceBehind) }
                guard isNamed(value, "chunked") else {
                    throw .refused(.malformed("the Transfer-Encoding is not chunked"))
                }
                hasTransferCoding = true
                head.isChunked = true
                head.isUnusual = true
            }
        default: break
        }
    }

    private static var spaceBehind: Refusal {
        .malformed("there is white space after the Content-Length or the Transfer-Encoding")
    }

    /// Allowed, sent by nobody, and not understood by every reader.
    private func hasSpaceBehind(_ value: Range<Int>) -> Bool { bytes[value.upperBound] != 0x0D }

    private mutating func noteConnection(_ value: Range<Int>) {
        if isNamed(value, "keep-alive") { return }
        if hasElement(value, "close") { head.closes = true }
        if hasElement(value, "upgrade") { asksToUpgrade = true }
        head.isUnusual = true
    }

    private mutating func noteLength(_ value: Range<Int>) throws(Stop) {
        if hasLength { throw .refused(.malformed("there are two Content-Length headers")) }
        guard (1...18).contains(value.count) else {
            throw .refused(.malformed("the Content-Length is not a number of bytes"))
        }
        var length = 0
        for index in value {
            let digit = bytes[index] &- 48
            guard digit < 10 else { throw .refused(.malformed("the Content-Length is not a number of bytes")) }
            length = length * 10 + Int(digit)
        }
        hasLength = true
        head.contentLength = length
    }

    /// Whether a list with commas has this element.
    private func hasElement(_ list: Range<Int>, _ element: StaticString) -> Bool {
        var start = list.lowerBound
        while start < list.upperBound {
            var end = start
            while end < list.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            var (first, last) = (start, end)
            while first < last, HeadByte.isSpace(bytes[first]) { first += 1 }
            while last > first, HeadByte.isSpace(bytes[last - 1]) { last -= 1 }
            if isNamed(first..<last, element) { return true }
            start = end + 1
        }
        return false
    }

    /// Whether a part is this text, whatever its case.
    private func isNamed(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            let byte = bytes[range.lowerBound + offset]
            let lower = byte &- 65 < 26 ? byte | 0x20 : byte
            if lower != text.byte(at: offset) { return false }
        }
        return true
    }

    /// Whether these very bytes stand at `start`.
    private func matches(_ start: Int, _ text: StaticString) -> Bool {
        guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[start + offset] != text.byte(at: offset) {
            return false
        }
        return true
    }
}
