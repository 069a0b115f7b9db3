internal import FStoreText

/// A page of a list as document 001 writes it: in `data` stand the items under the list's own name, and `pagination`.
enum EnvelopedPage {
    /// An answer that is a page of `element`.
    static func answer(_ description: String, _ name: String, of element: Schema) -> DocumentedAnswer {
        DocumentedAnswer(
            200,
            description,
            Envelope.schema(
                .members(.required(name, .array(element, 0...1000)), .required("pagination", pagination))
            ),
            headers: ListSchema.headers
        )
    }

    private static let pagination = Schema.members(
        .required("page", .integer(1...Int64.max)),
        .required("limit", .integer(1...1000)),
        .required("total", .integer(0...Int64.max)),
        .required("pages", .integer(0...Int64.max))
    )

    /// What answers `call`: the items of `page`, of a list of `total`.
    static func reply(_ name: String, _ items: [JSONObjectText], _ page: Page, total: Int, for call: Call) -> Reply {
        var pagination = JSONObjectText()
        pagination.add("page", page.page)
        pagination.add("limit", page.limit)
        pagination.add("total", total)
        pagination.add("pages", page.pages(of: total))
        var data = JSONObjectText()
        data.add(name, items)
        data.add("pagination", pagination)
        return .json(Envelope.open(data, call).bytes, headers: page.headers(total: total, for: call))
    }
}
