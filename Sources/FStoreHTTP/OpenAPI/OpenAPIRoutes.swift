internal import FStoreIdentity
internal import HTTPTypes

/// The OpenAPI document, at both of its addresses.
struct OpenAPIRoutes: Sendable {
    let document: Document

    /// Made once, when the server starts.
    struct Document: Sendable {
        let bytes: [UInt8]
        let tag: String

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            tag = "\"" + ContentDigest.text(of: bytes) + "\""
        }
    }

    var operations: [Operation] {
        [
            operation("openAPI", "/api/openapi.json", "The OpenAPI document"),
            operation("openAPIAtRoot", "/openapi.json", "The OpenAPI document, where some tools look for it"),
        ]
    }

    private func operation(_ id: String, _ path: String, _ summary: String) -> Operation {
        Operation(
            id,
            .get,
            path,
            owner: .house,
            access: .open,
            rate: .exempt,
            summary: summary,
            parameters: [
                .header(
                    "If-None-Match",
                    .text(0...65_536),
                    "The `ETag` that you have. If it is still the same, the answer is 304."
                )
            ],
            answers: [
                DocumentedAnswer(
                    200,
                    "The document, OpenAPI 3.1.",
                    .object(Schema.ObjectRule(members: [.required("openapi", .text(1...16))], others: .anything)),
                    headers: ["ETag"]
                ),
                DocumentedAnswer(304, "Nothing has changed.", nil, headers: ["ETag"]),
            ]
        ) { call in
            let headers: HTTPFields = [.eTag: document.tag, .cacheControl: "no-cache"]
            if EntityTag.matches(call.headers[.ifNoneMatch], document.tag) {
                return Reply(status: 304, headers: headers, mediaType: nil, body: .none)
            }
            return .json(document.bytes, headers: headers)
        }
    }
}
