internal import FStoreIdentity
internal import HTTPTypes
internal import NIOCore

/// The API for people who read it in a browser.
struct DocumentationRoutes: Sendable {
    let assets: DocumentationAssets
    /// Shown where the viewers are not installed.
    let plainPage: String

    var operations: [Operation] {
        [
            page("documentation", "/api/docs", .teams, "The API in a browser", swagger),
            page("documentationAtRoot", "/docs", .models, "The API in a browser, at the path of document 004", swagger),
            page("reference", "/api/redoc", .teams, "The API in a browser, to read on one page", redoc),
            asset,
        ]
    }

    private struct Page: Sendable {
        let html: String
        let policy: String
    }

    private var plain: Page { Page(html: plainPage, policy: PlainPage.policy) }

    private var swagger: Page {
        if !assets.hasSwagger { return plain }
        return Page(html: ViewerPages.swagger(assets), policy: ViewerPages.swaggerPolicy)
    }

    private var redoc: Page {
        if !assets.hasReDoc { return plain }
        return Page(html: ViewerPages.redoc(assets), policy: ViewerPages.redocPolicy)
    }

    private func page(
        _ id: String,
        _ path: String,
        _ owner: APIDocument,
        _ summary: String,
        _ page: Page
    ) -> Operation {
        let body = ByteBuffer(string: page.html)
        return Operation(
            id,
            .get,
            path,
            owner: owner,
            access: .open,
            rate: .exempt,
            summary: summary,
            answers: [DocumentedAnswer(200, "A page.", .text(0...65_536), mediaType: "text/html")]
        ) { _ in
            var headers: HTTPFields = [.cacheControl: "no-cache", .contentSecurityPolicy: page.policy]
            if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
            return Reply(status: 200, headers: headers, mediaType: "text/html; charset=utf-8", body: .bytes(body))
        }
    }

    private var asset: Operation {
        Operation(
            "documentationAsset",
            .get,
            DocumentationAssets.root + "/{digest}/{file}",
            owner: .house,
            access: .open,
            rate: .exempt,
            summary: "A file of the documentation pages",
            parameters: [
                .path("digest", .text(1...64), "Of the file's content."),
                .path("file", .text(1...64), "Its name."),
            ],
            answers: [DocumentedAnswer(200, "The file.", .text(0...65_536), mediaType: "text/css")],
            errors: [404]
        ) { call in
            let (name, digest) = (try call.pathParameter("file"), try call.pathParameter("digest"))
            guard let file = assets.file(name, digest: digest) else { throw APIError.notFound("there is no such file") }
            let headers: HTTPFields = [.cacheControl: "public, max-age=31536000, immutable"]
            return Reply(
                status: 200,
                headers: headers,
                mediaType: file.mediaType,
                body: .bytes(ByteBuffer(bytes: file.bytes))
            )
        }
    }
}
