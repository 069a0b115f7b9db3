/// The shape of a page of a list, as document 000 shows it.
enum ListSchema {
    static func page(of element: Schema) -> Schema {
        .members(
            .required("items", .array(element, 0...1000)),
            .required("total", .integer(0...Int64.max), "How many entries there are on all pages."),
            .required("page", .integer(1...Int64.max)),
            .required("limit", .integer(1...1000))
        )
    }

    /// An answer that is a page of `element`.
    static func answer(_ description: String, of element: Schema) -> DocumentedAnswer {
        DocumentedAnswer(200, description, page(of: element), headers: headers)
    }

    static let headers = [
        "X-Pagination-Page", "X-Pagination-Limit", "X-Pagination-Total", "X-Pagination-Pages", "Link",
    ]
}
