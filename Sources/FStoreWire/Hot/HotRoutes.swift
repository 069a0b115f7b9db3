package import FStoreIdentity

/// The forms of requests that the fast path answers. Each belongs to exactly one operation.
package enum HotForm: CaseIterable, Sendable {
    /// The newest values of a few entities, or those as of a time.
    case values
    /// One value.
    case write
    /// Many features of many entities.
    case onlineRead
    /// Rows of many features.
    case onlineWrite
    /// Whether the process answers.
    case live
    /// Whether the server takes requests.
    case ready

    /// Whether the path names a feature.
    var takesReference: Bool {
        switch self {
        case .values, .write: true
        case .onlineRead, .onlineWrite, .live, .ready: false
        }
    }
}

/// The hot operations of the table: how a request for one of them is recognized, and the rule that lets it in. All of
/// it comes from the operation, so that a new path or role is one line there and counts on both paths.
package struct HotRoutes: Sendable {
    /// One hot operation. Trivial on purpose: copying it costs no reference count.
    package struct Route: Sendable {
        package let form: HotForm
        /// Its position in the table.
        package let operation: Int
        package let rule: AccessRule
        fileprivate let method: RequestHead.Method
        /// The path before its parameter, or all of it, as a range of ``HotRoutes/texts``.
        fileprivate let prefix: Range<Int>
        /// The path behind its parameter; `nil` when it has none.
        fileprivate let suffix: Range<Int>?
    }

    /// What a table says of a hot operation.
    package struct Entry {
        package let form: HotForm
        /// Its position in the table.
        package let operation: Int
        package let method: RequestHead.Method
        /// Such as `/api/v1/features/{feature_id}/values`.
        package let path: String
        package let rule: AccessRule

        package init(form: HotForm, operation: Int, method: RequestHead.Method, path: String, rule: AccessRule) {
            self.form = form
            self.operation = operation
            self.method = method
            self.path = path
            self.rule = rule
        }
    }

    /// Why the hot operations of a table cannot be served, in a sentence.
    package struct Problem: Error {
        package let sentence: String
    }

    private var routes: [Route] = []
    private var texts: [UInt8] = []

    /// - Throws: ``Problem`` when there is not exactly one operation for each hot form, or its path is not of the kind
    ///   that the fast path reads. A hot form that is lost would cost a factor of two, silently.
    package init(_ entries: [Entry]) throws(Problem) {
        for form in HotForm.allCases {
            let found = entries.filter { $0.form == form }
            guard found.count == 1, let entry = found.first else {
                throw Problem(sentence: "\(found.count) operations have the hot form \(form); exactly one must have it")
            }
            try add(entry)
        }
    }

    private mutating func add(_ entry: Entry) throws(Problem) {
        let parts = entry.path.split(separator: "{", omittingEmptySubsequences: false)
        guard parts.count == (entry.form.takesReference ? 2 : 1), entry.method != .other else {
            throw Problem(
                sentence: "\(entry.path) cannot have the hot form \(entry.form): its path or method is another"
            )
        }
        let prefix = append(parts[0].utf8)
        var suffix: Range<Int>?
        if parts.count == 2 { suffix = append(parts[1].utf8.drop { $0 != UInt8(ascii: "}") }.dropFirst()) }
        routes.append(
            Route(
                form: entry.form,
                operation: entry.operation,
                rule: entry.rule,
                method: entry.method,
                prefix: prefix,
                suffix: suffix
            )
        )
    }

    private mutating func append(_ text: some Sequence<UInt8>) -> Range<Int> {
        let start = texts.count
        texts += text
        return start..<texts.count
    }

    /// The hot operation that a request means, and where in `bytes` the parameter of its path lies.
    func match(_ head: RequestHead, _ bytes: Span<UInt8>) -> (route: Route, reference: Range<Int>)? {
        for index in routes.indices {
            let route = routes[index]
            guard route.method == head.method, head.path.count >= route.prefix.count,
                isText(route.prefix, at: head.path.lowerBound, bytes)
            else { continue }
            guard let suffix = route.suffix else {
                if head.path.count == route.prefix.count { return (route, head.path.upperBound..<head.path.upperBound) }
                continue
            }
            guard head.path.count > route.prefix.count + suffix.count else { continue }
            let reference = (head.path.lowerBound + route.prefix.count)..<(head.path.upperBound - suffix.count)
            guard isText(suffix, at: reference.upperBound, bytes) else { continue }
            for index in reference where bytes[index] == UInt8(ascii: "/") { return nil }
            return (route, reference)
        }
        return nil
    }

    private func isText(_ text: Range<Int>, at start: Int, _ bytes: Span<UInt8>) -> Bool {
        bytes.extracting(start..<(start + text.count)).isEqual(to: texts.span.extracting(text))
    }
}
