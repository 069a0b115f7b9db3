internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// Reads sources of type `api`: records of JSON over HTTP, page by page.
struct APISourceReader: SourceReader {
    private let url: String
    private let recordsPath: [String]
    private let next: Next
    private let headers: [(name: String, value: String)]
    private let rule: EgressRule

    /// How the next page is found.
    private enum Next {
        /// By a header `Link` with `rel="next"`, if there is one.
        case header
        /// By a URL in the answer.
        case link([String])
        /// By a value in the answer, which goes into a parameter of the URL.
        case cursor(parameter: String, [String])
    }

    /// Bytes of one page.
    private static let pageBytes = 64 << 20
    /// Pages of one run.
    private static let mostPages = 100_000

    /// - Parameter secret: the text of a sealed member.
    /// - Throws: ``SourceProblem`` when the configuration says too little or what does not fit.
    init(
        _ config: JSONValue,
        headerNames: [String],
        secret: (String) throws -> String?,
        rule: EgressRule
    ) throws {
        func text(_ name: String) -> String? { if case .string(let text) = config[name] { text } else { nil } }
        guard let url = try secret("url") ?? text("url") else { throw SourceProblem("config.url is missing") }
        self.url = url
        recordsPath = Self.path(text("records") ?? "")
        switch text("next").map({ $0.split(separator: "=", maxSplits: 1).map(String.init) }) {
        case nil: next = .header
        case let parts? where parts.count == 2: next = .cursor(parameter: parts[0], Self.path(parts[1]))
        case let parts?: next = parts.isEmpty ? .header : .link(Self.path(parts[0]))
        }
        headers = try headerNames.map { name in (name, try secret("headers.\(name)") ?? "") }
        self.rule = rule
    }

    /// `data.items` as its parts; a dollar sign at the start, as JSONPath has it, is passed over.
    private static func path(_ text: String) -> [String] {
        let parts = text.split(separator: ".").map(String.init)
        return parts.first == "$" ? Array(parts.dropFirst()) : parts
    }

    func byteCount() throws -> Int? { nil }

    func sample(rows: Int) throws -> SourceSample {
        Self.sample(try page(url, check: {}).records, rows: rows)
    }

    func count(until deadline: ContinuousClock.Instant) throws -> SourceCount {
        var (count, place) = (0, Optional(url))
        var pages = 0
        while let url = place {
            let page = try page(url, check: {})
            count += page.records.count
            pages += 1
            place = page.next
            if place != nil, ContinuousClock.now > deadline || pages >= Self.mostPages {
                return SourceCount(rows: count, isWhole: false)
            }
        }
        return SourceCount(rows: count, isWhole: true)
    }

    private static func sample(_ records: [JSONValue], rows: Int) -> SourceSample {
        var sample = SourceSample(columns: [], rows: [])
        for case .object(let members) in records.prefix(rows) {
            for member in members where !sample.columns.contains(member.name) { sample.columns.append(member.name) }
            sample.rows.append(members)
        }
        return sample
    }

    // MARK: Pages

    private struct Page {
        let records: [JSONValue]
        let next: String?
    }

    private func page(_ url: String, check: @escaping () throws -> Void) throws -> Page {
        var exchange = WebExchange(url)
        exchange.headers = headers + [("Accept", "application/json, application/x-ndjson")]
        exchange.timeoutSeconds = 300
        var body: [UInt8] = []
        let answer = try exchange.run(rule: rule, check: check) { piece in
            body += piece
            if body.count > Self.pageBytes {
                throw SourceProblem("a page has more than \(Self.pageBytes) bytes; ask for fewer records at a time")
            }
        }
        guard (200..<300).contains(answer.status) else {
            let isRedirect = (300..<400).contains(answer.status)
            throw SourceProblem(
                "the service answers with status \(answer.status)"
                    + (isRedirect ? ", which leads elsewhere; put the new address into config.url" : ""),
                isPassing: answer.status == 429 || answer.status >= 500
            )
        }
        let isLines = answer.header("content-type").map { $0.contains("ndjson") || $0.contains("jsonl") } ?? false
        if isLines { return Page(records: try Self.lines(body), next: try linked(answer, from: url)) }
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(body) } catch {
            // Lines of JSON that nobody has called so.
            if recordsPath.isEmpty, let records = try? Self.lines(body) {
                return Page(records: records, next: try linked(answer, from: url))
            }
            throw SourceProblem("the answer is \(error.description)")
        }
        return Page(records: try records(of: value), next: try nextPage(value, answer, from: url))
    }

    private static func lines(_ body: [UInt8]) throws -> [JSONValue] {
        try body.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            .map { line in
                do throws(JSONError) { return try JSONValue(line) } catch {
                    throw SourceProblem("a line of the answer is \(error.description)")
                }
            }
    }

    private func records(of answer: JSONValue) throws -> [JSONValue] {
        var value = answer
        for part in recordsPath {
            guard let inner = value[part] else {
                throw SourceProblem(
                    "the answer has no \"\(recordsPath.joined(separator: ".").excerpt)\"; check config.records"
                )
            }
            value = inner
        }
        switch value {
        case .array(let records): return records
        case .object where recordsPath.isEmpty:
            throw SourceProblem(
                "the answer is an object; say in config.records where its records are, such as data.items"
            )
        default: throw SourceProblem("config.records does not lead to an array")
        }
    }

    private func nextPage(_ value: JSONValue, _ answer: WebExchange.Answer, from url: String) throws -> String? {
        switch next {
        case .header: return try linked(answer, from: url)
        case .link(let path):
            switch Self.value(at: path, of: value) {
            case nil, .null, .string(""): return nil
            case .string(let link): return try same(link, as: url)
            default:
                let cursor = "parameter=" + path.joined(separator: ".")
                throw SourceProblem("config.next leads to a value that is no link; for a cursor write \(cursor)")
            }
        case .cursor(let parameter, let path):
            let cursor: String
            switch Self.value(at: path, of: value) {
            case .string(let text) where !text.isEmpty: cursor = text
            case .number(let digits): cursor = digits
            default: return nil
            }
            let base = self.url.prefix { $0 != "#" }
            let pair = "\(Self.escaped(parameter))=\(Self.escaped(cursor))"
            let next = base + (base.contains("?") ? "&" : "?") + pair
            if next == url { throw SourceProblem("the cursor of the next page is that of this page") }
            return next
        }
    }

    private static func value(at path: [String], of value: JSONValue) -> JSONValue? {
        path.reduce(Optional(value)) { $0?[$1] }
    }

    private static func escaped(_ text: String) -> String {
        text.utf8
            .map { byte in
                let isPlain = byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || "-._~".utf8.contains(byte)
                return isPlain
                    ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
            }
            .joined()
    }

    /// The page that a header `Link: <…>; rel="next"` names (RFC 8288).
    private func linked(_ answer: WebExchange.Answer, from url: String) throws -> String? {
        guard let header = answer.header("link") else { return nil }
        // A URL may have commas: what stands between < and > is taken as a whole.
        for part in header.split(separator: "<").dropFirst(header.hasPrefix("<") ? 0 : 1) {
            guard let end = part.firstIndex(of: ">") else { continue }
            let parameters = part[part.index(after: end)...].lowercased()
                .filter { $0 != " " && $0 != "\"" && $0 != "'" }
            let relations = parameters.split(whereSeparator: { ";,".contains($0) }).filter { $0.hasPrefix("rel=") }
            if relations.contains("rel=next") { return try same(String(part[..<end]), as: url) }
        }
        return nil
    }

    /// A link to another page of the same service: the headers, which are secret, go there too.
    private func same(_ link: String, as url: String) throws -> String {
        let isAbsolute = link.contains("://")
        let next: String
        if isAbsolute {
            guard SecretURL.origin(of: link) == SecretURL.origin(of: url) else {
                throw SourceProblem("the link to the next page leads to another host, which is not followed")
            }
            next = link
        } else if link.hasPrefix("/"), !link.hasPrefix("//") {
            next = Self.front(of: url) + link
        } else if link.hasPrefix("?") {
            next = url.prefix { !"?#".contains($0) } + link
        } else {
            throw SourceProblem("the next page must be named by a URL, by a path that begins with / or by a query")
        }
        if next == url { throw SourceProblem("the link to the next page leads to the same page again") }
        return next
    }

    /// Everything of a URL before its path.
    private static func front(of url: String) -> String {
        guard let scheme = url.firstIndex(of: ":") else { return "" }
        let rest = url[url.index(after: scheme)...].drop { $0 == "/" }
        return url[..<scheme] + "://" + rest.prefix { !"/?#".contains($0) }
    }

    // MARK: Reading

    func run(_ work: RunWork) throws -> LoadCounts {
        let pages = PageLines(first: try page(url, check: work.control.check)) { [self] url in
            try page(url, check: work.control.check)
        }
        let destination = work.destination
        let sample = Self.sample(pages.sampled, rows: SourceSample.judgedRows)
        let mapping = try work.mapping.rows(
            of: work.source,
            rules: work.rules,
            retention: work.retention,
            into: destination
        ) { column in work.rules.type(of: column)?.valueType ?? sample.type(of: column) }
        let input = InputFile(name: work.source) { buffer, position, count throws(InputError) in
            do { return try pages.read(into: &buffer, at: position, count: count) } catch {
                throw .interrupted(InputInterruption(error))
            }
        }
        return try work.load(input, format: .ndjson, mapping, into: destination).counts
    }

    /// The records of all pages as lines, one page at a time in memory.
    private final class PageLines {
        let sampled: [JSONValue]
        private let fetch: (String) throws -> Page
        private var bytes: [UInt8] = []
        private var start = 0
        private var next: String?
        private var pages = 1

        init(first: Page, fetch: @escaping (String) throws -> Page) {
            self.fetch = fetch
            sampled = Array(first.records.prefix(SourceSample.judgedRows))
            take(first)
        }

        private func take(_ page: Page) {
            bytes = []
            start = 0
            for record in page.records {
                JSONText.append(record, to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
            next = page.next
        }

        func read(into buffer: inout [UInt8], at position: Int, count: Int) throws -> Int {
            while start == bytes.count, let url = next {
                pages += 1
                if pages > APISourceReader.mostPages {
                    throw SourceProblem(
                        "there are more than \(APISourceReader.mostPages) pages; is the last one marked?"
                    )
                }
                take(try fetch(url))
            }
            let found = min(count, bytes.count - start)
            for index in 0..<found { buffer[position + index] = bytes[start + index] }
            start += found
            return found
        }
    }
}
