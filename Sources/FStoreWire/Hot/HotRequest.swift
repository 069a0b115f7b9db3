internal import FStoreIdentity

/// A request of exactly the form that the fast path answers.
package struct HotRequest {
    package let route: HotRoutes.Route
    /// The feature as the path names it; empty where it names none.
    package let reference: Range<Int>

    /// Questions that are answered on the event loop; larger ones take longer than other connections should wait.
    static let maxQuestionBytes = 65_536
    /// The same for values to be written.
    static let maxWriteBytes = 4096

    /// - Returns: `nil` for everything else, which goes on to the HTTP decoder.
    package init?(_ head: RequestHead, _ bytes: Span<UInt8>, _ routes: HotRoutes) {
        if head.isUnusual || head.hasOtherMeaning || head.contentLength > Self.maxQuestionBytes { return nil }
        guard head.method != .other, let (route, reference) = routes.match(head, bytes) else { return nil }
        switch route.form {
        case .values:
            guard head.contentLength == 0 else { return nil }
        case .live, .ready:
            guard head.contentLength == 0, head.query.isEmpty else { return nil }
        case .write, .onlineRead, .onlineWrite:
            guard head.query.isEmpty, head.contentLength > 0, let type = head.contentType,
                bytes.extracting(type).isText("application/json")
            else { return nil }
            if route.rule.rate == .write, head.contentLength > Self.maxWriteBytes { return nil }
        }
        self.route = route
        self.reference = reference
    }
}
