/// Which pages of other origins may read the answers in a browser (CORS, as the Fetch standard has it). Off unless a
/// setting names origins.
///
/// A page sends its key in a header, which needs no credentials in the sense of that standard: none are allowed, and
/// therefore `*` may be.
package struct CrossOrigin: Sendable, Hashable {
    /// Why a setting cannot be read.
    package struct Problem: Error, Hashable {
        package let origin: String
    }

    /// Exactly as browsers send them; empty when every origin is allowed.
    private let origins: [String]
    private let allowsEvery: Bool

    /// - Parameter text: `*`, or origins such as `https://console.example.com` with commas between them.
    /// - Throws: ``Problem`` with what is not an origin.
    package init(_ text: String) throws(Problem) {
        var origins: [String] = []
        var allowsEvery = false
        for part in text.split(separator: ",") {
            let origin = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            if origin == "*" {
                allowsEvery = true
            } else if Self.isOrigin(origin) {
                origins.append(origin)
            } else {
                throw Problem(origin: origin)
            }
        }
        if origins.isEmpty != allowsEvery { throw Problem(origin: text) }
        self.origins = origins
        self.allowsEvery = allowsEvery
    }

    /// A scheme, a host in lower case and perhaps a port: no path, not even `/`, since browsers send none.
    private static func isOrigin(_ text: String) -> Bool {
        text.utf8.count <= 255
            && text.wholeMatch(
                of: /https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?/
            )
                != nil
    }

    /// Headers of a request that a page may set.
    static let requestHeaders =
        "Authorization, X-API-Key, Content-Type, Content-Encoding, If-Match, If-None-Match, X-Request-ID"

    private static let exposed = (
        name: "Access-Control-Expose-Headers",
        value: "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Pagination-Limit, X-Pagination-Page, "
            + "X-Pagination-Pages, X-Pagination-Total, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
            + "X-Request-ID"
    )

    /// Whether an answer depends on who asks.
    var depends: Bool { !allowsEvery }

    /// Which of the allowed origins this is; `nil` when it is none.
    func index(of origin: String) -> Int? {
        allowsEvery ? 0 : origins.firstIndex(of: origin)
    }

    /// The headers of an answer to a page of this origin, in the order in which both paths write them.
    func fields(_ index: Int?) -> [(name: String, value: String)] {
        if allowsEvery { return [("Access-Control-Allow-Origin", "*"), Self.exposed] }
        guard let index else { return [] }
        return [("Access-Control-Allow-Origin", origins[index]), Self.exposed]
    }

    /// Which of the allowed origins the head of a request names; `nil` when it names none, or two.
    func index(in head: Span<UInt8>) -> Int? {
        if allowsEvery { return 0 }
        var found: Int?
        var line = 0
        for index in head.indices where head[index] == 0x0A {
            let isOrigin = Self.begins(head, line..<index, "origin:")
            if isOrigin {
                if found != nil { return nil }
                found = -1
                var (start, end) = (line + 7, index)
                while start < end, head[start] == 0x20 || head[start] == 0x09 { start += 1 }
                while end > start, head[end - 1] == 0x0D || head[end - 1] == 0x20 || head[end - 1] == 0x09 { end -= 1 }
                if let known = origins.firstIndex(where: { Self.areEqual(head, start..<end, $0) }) { found = known }
            }
            line = index + 1
        }
        return found == -1 ? nil : found
    }

    private static func begins(_ head: Span<UInt8>, _ line: Range<Int>, _ name: String) -> Bool {
        if line.count < name.utf8.count { return false }
        for (offset, byte) in name.utf8.enumerated() {
            let given = head[line.lowerBound + offset]
            if given != byte, given | 0x20 != byte { return false }
        }
        return true
    }

    private static func areEqual(_ head: Span<UInt8>, _ range: Range<Int>, _ text: String) -> Bool {
        if range.count != text.utf8.count { return false }
        for (offset, byte) in text.utf8.enumerated() where head[range.lowerBound + offset] != byte { return false }
        return true
    }
}

/// What of a request an answer depends on, for caches: the `Vary` header.
enum AnswerVariance {
    /// - Parameter isCompressible: whether the answer is one that is compressed for who asks for it.
    static func header(_ crossOrigin: CrossOrigin?, isCompressible: Bool) -> String? {
        switch (crossOrigin?.depends ?? false, isCompressible) {
        case (false, false): nil
        case (true, false): "Origin"
        case (false, true): "Accept-Encoding"
        case (true, true): "Origin, Accept-Encoding"
        }
    }
}
