internal import HTTPTypes

/// Which part of a list is asked for, by page or by offset.
struct Page: Sendable {
    /// Rows that can be reached by paging; past them a list is read by cursor or by a filter.
    static let reach = 100_000
    static let limits = 1...1000

    let page: Int
    let limit: Int
    let offset: Int

    /// The parameters of every list.
    static func parameters(defaultLimit: Int) -> [Parameter] {
        [
            .query("page", .integer(1...Int64(reach)), "Which page, from 1; 1 when left out."),
            .query("limit", .integer(1...1000), "Entries on a page; \(defaultLimit) when left out."),
            .query("offset", .integer(0...Int64(reach)), "Entries to pass over, in place of `page`."),
        ]
    }

    init(_ query: QueryParameters, defaultLimit: Int) throws(APIError) {
        limit = try query.integer("limit", in: Self.limits) ?? defaultLimit
        let asked = try query.integer("page", in: 1...Self.reach)
        if let skipped = try query.integer("offset", in: 0...Self.reach) {
            if asked != nil { throw .malformed("page and offset are given; send one of them") }
            offset = skipped
            page = skipped / limit + 1
        } else {
            page = asked ?? 1
            offset = (page - 1) * limit
        }
        if offset + limit > Self.reach + Self.limits.upperBound {
            throw .invalid(
                "page",
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
    /// The headers of a page of what `call` asks for.
    func headers(total: Int, for call: Call) -> HTTPFields {
        headers(total: total, path: call.path, query: call.rawQuery)
    }
}
