internal import FStoreText
internal import HTTPTypes

/// Which part of a list is asked for, by page or by offset.
struct Page: Sendable {
    /// Rows that can be reached by paging; past them a list is read by cursor or by a filter.
    static let reach = 100_000
    static let limits = 1...1000

    let page: Int
    let limit: Int
    let offset: Int

    static let number = QueryField.integer("page", 1...reach, "The number of the page, from 1; 1 when left out.")
    static let skipped = QueryField.integer("offset", 0...reach, "How many entries to skip, instead of `page`.")

    static func size(defaultLimit: Int) -> QueryField<Int> {
        .integer("limit", limits, "Entries on a page; \(defaultLimit) when left out.")
    }

    /// The parameters of every list.
    static func parameters(defaultLimit: Int) -> [Parameter] {
        [number.parameter, size(defaultLimit: defaultLimit).parameter, skipped.parameter]
    }

    /// Which part `call` asks for. An operation without `offset` has its query refused before.
    init(_ call: Call, defaultLimit: Int) throws(APIError) {
        limit = try call.query(Self.size(defaultLimit: defaultLimit)) ?? defaultLimit
        let asked = try call.query(Self.number)
        if let skipped = try call.query(Self.skipped) {
            if asked != nil { throw .malformed("page and offset cannot be combined; send one") }
            offset = skipped
            page = skipped / limit + 1
        } else {
            page = asked ?? 1
            offset = (page - 1) * limit
        }
        if offset + limit > Self.reach + Self.limits.upperBound {
            throw .invalid(
                Self.number.name,
                "reaches beyond the first \(Self.reach) entries; narrow the filter, or read by cursor"
            )
        }
    }

    /// How many pages there are.
    func pages(of total: Int) -> Int { (total + limit - 1) / limit }

    /// `X-Pagination-*` as document 001 names them, and `Link` as RFC 8288 does.
    func headers(total: Int, path: String, query: String) -> HTTPFields {
        var fields = HTTPFields()
        fields[.pagination("Page")] = String(page)
        fields[.pagination("Limit")] = String(limit)
        fields[.pagination("Total")] = String(total)
        fields[.pagination("Pages")] = String(pages(of: total))
        let rest = query.split(separator: "&").filter { !$0.hasPrefix("page=") && !$0.hasPrefix("offset=") }
        func link(_ number: Int, _ relation: String) -> String {
            let parts = rest.map(String.init) + ["page=\(number)"]
            return "<\(path)?\(parts.joined(separator: "&"))>; rel=\"\(relation)\""
        }
        let last = max(1, pages(of: total))
        var links = [link(1, "first"), link(last, "last")]
        if page > 1 { links.append(link(min(page - 1, last), "prev")) }
        if page < last { links.append(link(page + 1, "next")) }
        fields[.link] = links.joined(separator: ", ")
        return fields
    }
}

extension HTTPField.Name {
    /// `X-Pagination-Page` and its siblings.
    static func pagination(_ part: String) -> HTTPField.Name {
        HTTPField.Name("X-Pagination-" + part) ?? .link
    }

    static let link = HTTPField.Name("Link") ?? .location
}

extension Page {
    /// What stands behind the items of a list, at most.
    private static let byteCountOfEnd = 100

    /// The headers of a page of what `call` asks for.
    func headers(total: Int, for call: Call) -> HTTPFields {
        headers(total: total, path: call.path, query: call.rawQuery)
    }

    /// `{"items":[…],"total":…,"page":…,"limit":…}` behind the members that `opening` has: the one form of a list.
    ///
    /// - Throws: 413 as soon as the answer is longer than it may be.
    func reply<Item>(
        _ items: [Item],
        total: Int,
        for call: Call,
        behind opening: JSONObjectText = JSONObjectText(),
        _ text: (Item) -> JSONObjectText
    ) throws(APIError) -> Reply {
        var object = opening
        object.add("items", try Self.texts(items, for: call, beside: opening.byteCount, text))
        object.add("total", total)
        object.add("page", page)
        object.add("limit", limit)
        return .json(object.bytes, headers: headers(total: total, for: call))
    }

    /// `[…]`: the form that lists of document 003 have. Which part it is stands in the headers.
    func bareReply<Item>(
        _ items: [Item],
        total: Int,
        for call: Call,
        headers more: HTTPFields = [:],
        _ text: (Item) -> JSONObjectText
    ) throws(APIError) -> Reply {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for text in try Self.texts(items, for: call, beside: 0, text) {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += text.bytes
        }
        bytes.append(UInt8(ascii: "]"))
        var fields = headers(total: total, for: call)
        fields.append(contentsOf: more)
        return .json(bytes, headers: fields)
    }

    /// The texts of the items, as long as they fit into an answer.
    private static func texts<Item>(
        _ items: [Item],
        for call: Call,
        beside others: Int,
        _ text: (Item) -> JSONObjectText
    ) throws(APIError) -> [JSONObjectText] {
        var (texts, bytes) = ([JSONObjectText](), others + byteCountOfEnd)
        for item in items {
            let text = text(item)
            bytes += text.byteCount + 1
            if bytes > call.maxAnswerBytes { throw .answerTooLarge(call.maxAnswerBytes) }
            texts.append(text)
        }
        return texts
    }
}
