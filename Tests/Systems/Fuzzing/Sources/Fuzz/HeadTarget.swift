internal import FStoreIdentity
@testable internal import FStoreHTTP
@testable internal import FStoreWire

/// Heads of requests, and bodies in chunks.
enum HeadTarget {
    private static let limits: WireLimits = {
        var limits = WireLimits()
        limits.targetBytes = 200
        limits.headerBytes = 400
        limits.headerCount = 8
        return limits
    }()

    private static func read(_ bytes: [UInt8]) -> HeadReading {
        var reader = HeadReader(bytes.span, limits: limits)
        return reader.read()
    }

    static func head(_ bytes: [UInt8]) {
        let half = Array(bytes[..<(bytes.count / 2)])
        switch read(bytes) {
        case .complete(let head):
            check(head, bytes)
            guard case .complete(let again) = read(Array(bytes[..<head.byteCount])) else {
                return require(false, "a head is complete without what follows")
            }
            require(again.byteCount == head.byteCount && again.path == head.path, "what follows changes nothing")
            if head.byteCount > 0, case .incomplete = read(Array(bytes[..<(head.byteCount - 1)])) {
            } else {
                require(false, "a head that lacks a byte is incomplete")
            }
        case .incomplete:
            if case .incomplete = read(half) {} else { require(false, "fewer bytes are incomplete too") }
        case .refused:
            if case .refused = read(bytes + Array("\r\n\r\n".utf8)) {
            } else {
                require(false, "more bytes heal nothing")
            }
        }
    }

    /// The hot operations, with the paths that the API has.
    private static let routes: HotRoutes = {
        let paths: [(HotForm, RequestHead.Method, String)] = [
            (.values, .get, "/api/v1/features/{feature_id}/values"),
            (.write, .post, "/api/v1/features/{feature_id}/values"),
            (.onlineRead, .post, "/api/v1/online/read"),
            (.onlineWrite, .post, "/api/v1/online/write"),
            (.live, .get, "/livez"),
            (.ready, .get, "/readyz"),
        ]
        let entries = paths.enumerated()
            .map { position, path in
                HotRoutes.Entry(
                    form: path.0,
                    operation: position,
                    method: path.1,
                    path: path.2,
                    rule: AccessRule(access: .role(.viewer), rate: position % 2 == 0 ? .read : .write)
                )
            }
        guard let routes = try? HotRoutes(entries) else { fatalError("the paths are those of the API") }
        return routes
    }()

    private static func check(_ head: RequestHead, _ bytes: [UInt8]) {
        require(head.byteCount <= bytes.count && head.byteCount >= 18, "the head lies within the bytes")
        let ranges = [head.authorization, head.apiKey, head.requestID, head.contentType, head.upgrade]
        for range in [head.path, head.query] + ranges.compactMap({ $0 }) {
            require(range.lowerBound >= 0 && range.upperBound <= head.byteCount, "parts lie within the head")
        }
        require(head.path.count + head.query.count <= limits.targetBytes, "the target has its limit")
        require(head.contentLength >= 0, "a length is not negative")
        require(!head.isChunked || head.contentLength == 0, "chunks or a length")
        let meaning = head.isChunked || head.closes || head.expectsContinue || head.upgrade != nil
        require(!meaning || head.isUnusual, "what changes the connection is unusual")
        guard let hot = HotRequest(head, bytes.span, routes) else { return }
        require(!head.isUnusual && !head.hasOtherMeaning, "hot requests are usual")
        require(bytes[head.path.lowerBound] == UInt8(ascii: "/"), "hot requests have paths")
        let reference = hot.reference
        switch hot.route.form {
        case .values:
            require(head.method == .get && head.contentLength == 0, "values are asked with GET")
            checkReference(reference, head, bytes)
        case .write:
            require(head.method == .post && head.query.isEmpty, "values are written with POST")
            checkReference(reference, head, bytes)
        case .onlineRead, .onlineWrite:
            require(head.method == .post && head.query.isEmpty, "rows go with POST")
        case .live, .ready:
            require(head.method == .get && head.contentLength == 0, "probes are asked with GET")
        }
    }

    private static func checkReference(_ reference: Range<Int>, _ head: RequestHead, _ bytes: [UInt8]) {
        let path = String(decoding: bytes[head.path], as: UTF8.self)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        require(parts.count == 6 && parts[5] == "values" && parts[3] == "features", "the path has its parts")
        require(String(decoding: bytes[reference], as: UTF8.self) == parts[4], "the reference is one part")
    }

    static func chunks(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        var whole = ChunkReader(maxOtherBytes: 64)
        var cut = ChunkReader(maxOtherBytes: 64)
        let result = whole.read(body.span)
        let place = min(Int(first), body.count)
        var other = cut.read(Array(body[..<place]).span)
        if case .more = other {
            other = cut.read(Array(body[place...]).span)
            if case .end(let count) = other { other = .end(count + place) }
        }
        require(result == other, "where a body is cut changes nothing")
        if case .end(let count) = result { require(count <= body.count && count >= 5, "the end lies within") }
    }
}
